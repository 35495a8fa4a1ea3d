import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { CATEGORIES, FACILITIES, NOTHING, read, REGIONS } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { pageShape } from './page.js';
import { datasetShape, facilityShape, feedShape, regionShape } from './shapes.js';

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
    parameters: NOTHING,
    answers: { 200: json('Datasets', 'The datasets.') },
  })
  async datasets(@Asking() questions: Questions, @Query() given: Given) {
    read(NOTHING, given);
    return { items: (await questions.datasets()).map(datasetShape) };
  }

  @Get('categories')
  @Operation({
    id: 'listCategories',
    tag: 'catalogue',
    summary: 'List the categories of a dataset',
    description: 'What is counted.',
    parameters: CATEGORIES,
    answers: { 200: json('Categories', 'The categories.') },
  })
  async categories(@Asking() questions: Questions, @Query() given: Given) {
    const { dataset } = read(CATEGORIES, given);
    const found = (await questions.datasets()).find(({ id }) => id === dataset);
    if (!found) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${dataset}" within your reach`);
    return { items: found.categories };
  }

  @Get('feeds')
  @Operation({
    id: 'listFeeds',
    tag: 'catalogue',
    summary: 'List the feeds',
    description: 'Who sends, in what form, and when a file last came.',
    parameters: NOTHING,
    answers: { 200: json('Feeds', 'The feeds.') },
  })
  async feeds(@Asking() questions: Questions, @Query() given: Given) {
    read(NOTHING, given);
    return { items: (await questions.feeds()).map(feedShape) };
  }

  @Get('regions')
  @Operation({
    id: 'listRegions',
    tag: 'catalogue',
    summary: 'List the regions of a level',
    description: 'A page at a time; `parent` narrows it to the regions directly within one.',
    parameters: REGIONS,
    answers: {
      200: json(
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
    return pageShape(await questions.regions(read(REGIONS, given)), regionShape, { request, reply });
  }

  @Get('facilities')
  @Operation({
    id: 'listFacilities',
    tag: 'catalogue',
    summary: 'List the facilities of a dataset',
    description: 'All, or those within a region, a page at a time, with their first and last active day.',
    parameters: FACILITIES,
    answers: { 200: json('Facilities', 'A page of facilities.') },
  })
  async facilities(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return pageShape(await questions.facilities(read(FACILITIES, given)), facilityShape, { request, reply });
  }
}
