import { Body, Controller, Get, type OnModuleInit, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { Asking } from '../authorise/request.js';
import { examine, type SoapVersion } from './envelope.js';
import { type Exchange, openExchange } from './exchange.js';
import { CONTENT_TYPES, xmlText } from './fault.js';
import { wsdlAt } from './wsdl.js';

/** The SOAP door: document/literal, 1.1 and 1.2 at one address. Errors become faults in problem/. */
@Controller('soap')
@ApiExcludeController()
export class SoapController implements OnModuleInit {
  #exchanges: Readonly<Record<SoapVersion, Exchange>> | undefined;

  async onModuleInit(): Promise<void> {
    this.#exchanges = { '1.1': await openExchange('1.1'), '1.2': await openExchange('1.2') };
  }

  @Get()
  describe(
    @Query() given: Readonly<Record<string, unknown>>,
    @Req() { protocol, host }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!Object.keys(given).some((name) => name.toLowerCase() === 'wsdl')) {
      throw new BellwetherError('NOT_FOUND', 'the WSDL is at /soap?wsdl; calls are POST');
    }
    void reply.type('text/xml; charset=utf-8').header('cache-control', 'no-cache');
    return wsdlAt(xmlText(`${protocol}://${host}/soap`));
  }

  @Post()
  async call(@Asking() questions: Questions, @Body() text: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    if (typeof text !== 'string') throw new BellwetherError('REQUEST_INVALID', 'the body is empty');
    const { version } = examine(text);
    const exchange = this.#exchanges?.[version];
    if (!exchange) throw new BellwetherError('NOT_READY', 'the SOAP door is not open yet');
    const answer = await exchange(text, questions);
    void reply.status(200).type(CONTENT_TYPES[version]).header('cache-control', 'no-store');
    return answer;
  }
}
