import { Operation } from '../openapi/operation.js';

type About = Omit<Parameters<typeof Operation>[0], 'answers' | 'tag'>;

/** Documents an address of a picture: its bytes, or that nothing has changed. */
export const PictureOperation = (type: 'image/png' | 'image/webp' | 'image/svg+xml', about: About): MethodDecorator =>
  Operation({
    ...about,
    tag: 'series',
    answers: {
      200: { description: 'The picture.', content: { [type]: type === 'image/svg+xml' ? 'text' : 'binary' } },
      304: { description: 'Nothing has changed since the ETag in If-None-Match.' },
    },
  });
