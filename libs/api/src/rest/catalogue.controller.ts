import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { CATEGORIES, COLUMNS, DATASETS, FACILITY_LIST, FEEDS, read, REGION_LIST } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { list, Operation } from '../openapi/operation.js';
import { pageAnswer, slicedBy } from './page.js';
import { datasetShape, facilityShape, feedShape, namedShape, regionShape } from './shapes.js';

type Given = Readonly<Record<string, unknown>>;

/** What there is to ask for. */
@Controller('v1')
export class CatalogueController {
  @Get('datasets')
  @Operation({
    id: 'listDatasets',
    tag: 'catalogue',
    summary: 'List the datasets',
    description: 'Each with its categories, flags, unit, and first and last day with data.',
    parameters: DATASETS,
    answers: { 200: list('Datasets', 'The datasets.') },
  })
  async datasets(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(DATASETS, given);
    const { limit } = asked;
    const ask = async (cursor: string | undefined) =>
      slicedBy(await questions.datasets(), { keyOf: ({ id }) => id, limit, cursor });
    const listing = { asked, ask, shape: datasetShape, columns: COLUMNS.datasets, name: 'datasets' };
    return pageAnswer(listing, { request, reply });
  }

  @Get('categories')
  @Operation({
    id: 'listCategories',
    tag: 'catalogue',
    summary: 'List the categories of a dataset',
    description: 'What is counted.',
    parameters: CATEGORIES,
    answers: { 200: list('Categories', 'The categories.') },
  })
  async categories(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(CATEGORIES, given);
    const { dataset, limit } = asked;
    const found = (await questions.datasets()).find(({ id }) => id === dataset);
    if (!found) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${dataset}" within your reach`);
    const ask = async (cursor: string | undefined) =>
      slicedBy(found.categories, { keyOf: ({ id }) => id, limit, cursor });
    const listing = { asked, ask, shape: namedShape, columns: COLUMNS.categories, name: 'categories' };
    return pageAnswer(listing, { request, reply });
  }

  @Get('feeds')
  @Operation({
    id: 'listFeeds',
    tag: 'catalogue',
    summary: 'List the feeds',
    description: 'Who sends, in what form, and when a file last came.',
    parameters: FEEDS,
    answers: { 200: list('Feeds', 'The feeds.') },
  })
  async feeds(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(FEEDS, given);
    const { limit } = asked;
    const ask = async (cursor: string | undefined) =>
      slicedBy(await questions.feeds(), { keyOf: ({ id }) => id, limit, cursor });
    return pageAnswer({ asked, ask, shape: feedShape, columns: COLUMNS.feeds, name: 'feeds' }, { request, reply });
  }

  @Get('regions')
  @Operation({
    id: 'listRegions',
    tag: 'catalogue',
    summary: 'List the regions of a level',
    description: 'A page at a time; `parent` narrows it to the regions directly within one.',
    parameters: REGION_LIST,
    answers: {
      200: list(
        'Regions',
        'A page of regions. A page may hold fewer items than asked; `next` alone says whether there are more.',
      ),
    },
  })
  async regions(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(REGION_LIST, given);
    const { dataset, level, parent, limit } = asked;
    const ask = (cursor: string | undefined) => questions.regions({ dataset, level, parent, limit, cursor });
    const listing = { asked, ask, shape: regionShape, columns: COLUMNS.regions, name: 'regions' };
    return pageAnswer(listing, { request, reply });
  }

  @Get('facilities')
  @Operation({
    id: 'listFacilities',
    tag: 'catalogue',
    summary: 'List the facilities of a dataset',
    description: 'All, or those within a region, a page at a time, with their first and last active day.',
    parameters: FACILITY_LIST,
    answers: { 200: list('Facilities', 'A page of facilities.') },
  })
  async facilities(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(FACILITY_LIST, given);
    const { dataset, region, limit } = asked;
    const ask = (cursor: string | undefined) => questions.facilities({ dataset, region, limit, cursor });
    const listing = { asked, ask, shape: facilityShape, columns: COLUMNS.facilities, name: 'facilities' };
    return pageAnswer(listing, { request, reply });
  }
}
