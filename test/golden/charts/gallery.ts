import { lines } from './lines.js';
import { maps } from './maps.js';
import type { Picture } from './picture.js';
import { values } from './values.js';

export const PICTURES: readonly Picture[] = [...lines, ...values, ...maps];

/** docs/gallery.md: the golden pictures themselves, each with what it shows. */
export function galleryPage(): string {
  const sections = PICTURES.map(
    ({ name, heading, says }) => `## ${heading}\n\n${says}\n\n![${heading}](../test/golden/charts/${name}.png)\n`,
  );
  return `# Gallery

Every picture here is a golden picture: a test draws it again and compares it pixel by pixel. Their sources are in
[test/golden/charts](../test/golden/charts). This page and the pictures are made by

    GOLDEN=write npm test -- test/golden/charts

${sections.join('\n')}`;
}
