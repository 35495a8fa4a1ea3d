import { Button, Menu } from '@mantine/core';
import { memo, useState } from 'react';
import { saveAs } from '../ask/save.js';
import { snippetsOf } from './snippets.js';
import type { SeriesView } from './view.js';

/** Takes the picture elsewhere: as a link, an image, a table, or the question in three languages. */
export const CopyMenu = memo(function CopyMenu({ viewOf }: { viewOf(): SeriesView }) {
  const [said, setSaid] = useState('');
  const say = (text: string): void => {
    setSaid(text);
    setTimeout(() => setSaid(''), 2500);
  };
  const copy = (text: string, what: string): void => {
    navigator.clipboard.writeText(text).then(
      () => say(`${what} copied`),
      () => say('The browser did not allow copying'),
    );
  };
  /** Of the view when it is asked for: the menu itself is the same for all. */
  const snippets = () => snippetsOf(viewOf(), location.origin);
  const saved = (path: string, name: string): void => {
    saveAs(path, name).then(
      () => say(`${name} saved`),
      () => say(`${name} could not be made`),
    );
  };
  return (
    <span>
      <span role="status" className="quiet" style={{ fontSize: 13, marginRight: 10 }}>
        {said}
      </span>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default">
            Copy or save
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => copy(location.href, 'Link')}>Copy link to this view</Menu.Item>
          <Menu.Item onClick={() => saved(snippets().png, 'series.png')}>Save as image (PNG)</Menu.Item>
          <Menu.Item onClick={() => saved(snippets().csv, 'series.csv')}>Save as table (CSV)</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => copy(snippets().graphql, 'GraphQL')}>Copy as GraphQL</Menu.Item>
          <Menu.Item onClick={() => copy(snippets().r, 'R')}>Copy as R</Menu.Item>
          <Menu.Item onClick={() => copy(snippets().python, 'Python')}>Copy as Python</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
});
