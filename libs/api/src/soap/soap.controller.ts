import { Body, Controller, Get, Inject, type OnModuleInit, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UsernameToken } from '#access';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { isPrivateWire, nameAsker } from '../authorise/request.js';
import { type ApiServices, SERVICES } from '../services.js';
import { examine, type SoapVersion } from './envelope.js';
import { type Exchange, openExchange } from './exchange.js';
import { CONTENT_TYPES, xmlText } from './fault.js';
import { wsdlAt } from './wsdl.js';

/** The SOAP door: document/literal, 1.1 and 1.2 at one address. Errors become faults in problem/. */
@Controller('soap')
@ApiExcludeController()
export class SoapController implements OnModuleInit {
  #exchanges: Readonly<Record<SoapVersion, Exchange>> | undefined;

  constructor(@Inject(SERVICES) private readonly services: ApiServices) {}

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

  /** The questions as whoever the token names may ask them; without a token, as whoever the request names. */
  async #asking(request: FastifyRequest, token: UsernameToken | undefined): Promise<Questions> {
    if (!token) {
      if (request.questions) return request.questions;
      throw new BellwetherError('UNAUTHENTICATED', 'neither an API key nor a UsernameToken was sent');
    }
    if (token.kind === 'text' && !isPrivateWire(request))
      throw new BellwetherError('UNAUTHENTICATED', 'a password in the message is taken over HTTPS only; use a digest');
    const principal = await this.services.authenticateToken?.(token);
    if (!principal)
      throw new BellwetherError('UNAUTHENTICATED', 'the UsernameToken names nobody, is too old, or came before');
    return nameAsker(request, this.services, principal);
  }

  @Post()
  async call(@Req() request: FastifyRequest, @Body() text: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    if (typeof text !== 'string') throw new BellwetherError('REQUEST_INVALID', 'the body is empty');
    const { version, token } = examine(text, Date.now());
    const exchange = this.#exchanges?.[version];
    if (!exchange) throw new BellwetherError('NOT_READY', 'the SOAP door is not open yet');
    const answer = await exchange(text, await this.#asking(request, token));
    void reply.status(200).type(CONTENT_TYPES[version]).header('cache-control', 'no-store');
    return answer;
  }
}
