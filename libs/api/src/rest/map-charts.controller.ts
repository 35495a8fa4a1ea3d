import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pictureOf, type Questions } from '#analytics';
import { renderPng, renderSvg, type Scene } from '#chart';
import { regionPicture, standingOn } from '#report';
import { type Asked, lastDayOf, MAP_CHART, MAP_PICTURE, read } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { PictureOperation } from './picture-operation.js';
import { etagOf, revalidated } from './revalidate.js';

type Given = Readonly<Record<string, unknown>>;

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const MAPS = { description: 'As the overview of the dashboard shows it: hatched where under 90 % of the facilities reported.' } as const; // prettier-ignore
const BY = { z: 'deviation', completeness: 'share', count: 'count' } as const;
const words = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'full' });

/** The map of a day, of what whoever asks may see of it. */
async function sceneOf(asked: Asked<typeof MAP_CHART>, questions: Questions): Promise<Scene> {
  const { dataset, category, level, within, flag, by, width, height, theme, as_of: asOf } = asked;
  const day = asked.day ?? (await lastDayOf(dataset, questions));
  const about = { dataset, category, within, from: day, to: day, flag, asOf };
  const { regions } = await questions.map({ ...about, level });
  const [known] = (await questions.datasets()).filter(({ id }) => id === dataset);
  const title = known?.categories.find(({ id }) => id === category)?.title ?? category;
  const state = within?.level === 'state' ? within.code : undefined;
  const place =
    state === undefined ? 'United States' : (await questions.map({ ...about, level: 'state' })).regions[0]?.name;
  return regionPicture({
    title: [title, place ?? state].join(', '),
    subtitle: words.format(day * 86_400_000),
    unit: known?.unit ?? '',
    level,
    within: state,
    by: BY[by],
    standings: regions.map((region) => ({ region: region.region, standing: standingOn(region, 0) })),
    width,
    height,
    theme,
  });
}

/** Maps as pictures. */
@Controller('v1/charts')
export class MapChartsController {
  @Get('map.png')
  @PictureOperation('image/png', {
    ...MAPS,
    parameters: MAP_PICTURE,
    id: 'drawMapPng',
    summary: 'A map as a PNG',
  })
  png(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#pixels('png', { questions, given }, { request, reply });
  }

  @Get('map.webp')
  @PictureOperation('image/webp', {
    ...MAPS,
    parameters: MAP_PICTURE,
    id: 'drawMapWebp',
    summary: 'A map as a WebP',
  })
  webp(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#pixels('webp', { questions, given }, { request, reply });
  }

  @Get('map.svg')
  @PictureOperation('image/svg+xml', {
    ...MAPS,
    parameters: MAP_CHART,
    id: 'drawMapSvg',
    summary: 'A map as an SVG',
  })
  async svg(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const text = renderSvg(await sceneOf(read(MAP_CHART, given), questions));
    if (revalidated(request, reply, etagOf(text))) return undefined;
    void reply.type('image/svg+xml');
    return Buffer.from(text);
  }

  async #pixels(
    format: 'png' | 'webp',
    { questions, given }: { questions: Questions; given: Given },
    { request, reply }: Exchange,
  ): Promise<Buffer | undefined> {
    const { thumbnail, ...asked } = read(MAP_PICTURE, given);
    const png = renderPng(await sceneOf(asked, questions));
    // The other forms are made of the PNG alone, so it names them.
    const etag = etagOf(Buffer.from(png).toString('latin1'), format, String(thumbnail));
    if (revalidated(request, reply, etag)) return undefined;
    void reply.type(`image/${format}`);
    return Buffer.from(await pictureOf(png, { format, thumbnail }));
  }
}
