import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** Nest's own messages in our log. Nest passes the context as the last argument, and the stack before it for errors. */
export function nestLogOf(log: Log): LoggerService {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.findLast((value) => typeof value === 'string' && !value.includes('\n'));
      const stack = rest.find((value) => typeof value === 'string' && value.includes('\n'));
      const err = message instanceof Error ? message : undefined;
      log[level](
        {
          ...(context === undefined ? {} : { context }),
          ...(stack === undefined ? {} : { stack }),
          ...(err === undefined ? {} : { err }),
        },
        err?.message ?? (typeof message === 'string' ? message : JSON.stringify(message)),
      );
    };
  return {
    log: at('info'),
    error: at('error'),
    warn: at('warn'),
    debug: at('debug'),
    verbose: at('trace'),
    fatal: at('fatal'),
  };
}
