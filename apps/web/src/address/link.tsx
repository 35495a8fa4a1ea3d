import { Anchor, type AnchorProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { followed } from './address.js';

/** A link to a page of this application. */
export function Link({
  to,
  children,
  ...props
}: { to: string; children: ReactNode; 'aria-current'?: 'page' } & AnchorProps) {
  return (
    <Anchor href={to} onClick={followed} {...props}>
      {children}
    </Anchor>
  );
}
