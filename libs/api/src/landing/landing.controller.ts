import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiOptions, type ApiServices, OPTIONS, SERVICES } from '../services.js';
import { landingPage } from './page.js';

@Controller()
@ApiExcludeController()
export class LandingController {
  constructor(
    @Inject(SERVICES) private readonly services: ApiServices,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('about')
  async landing(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    // The page is for orientation, so it stands even while the warehouse does not answer.
    const datasets = await (request.questions?.datasets() ?? Promise.resolve([])).catch(() => []);
    void reply.type('text/html; charset=utf-8').header('cache-control', 'private, no-cache');
    return landingPage({
      version: this.options.version,
      configuration: this.services.configurationVersion(),
      sampleMode: this.options.sampleMode,
      origin: `${request.protocol}://${request.host}`,
      datasets,
    });
  }
}
