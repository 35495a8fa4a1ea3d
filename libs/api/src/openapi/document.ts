import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { TAGS } from './operation.js';
import { SCHEMAS } from './schemas.js';

const DESCRIPTION = `Counts, completeness, series and charts from facility submissions.

Days are ISO 8601 dates, regions are \`level:code\`. A value is null unless it was reported; its status says why:
\`missing\`, \`suppressed\` or \`deleted\`. A reported zero is 0. Every error is a problem document (RFC 9457) with a code.`;

/** The OpenAPI 3.1 document of the REST door. */
export function openApiDocument(app: NestFastifyApplication, version: string): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Bellwether')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key. Not needed in sample mode.' }, 'key')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'header')
    .addSecurityRequirements('key')
    .addSecurityRequirements('header')
    .addSecurityRequirements({});
  for (const [name, description] of Object.entries(TAGS).sort()) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build());
  // The builder writes an empty contact.
  const { contact: _, ...info } = document.info;
  // The schemas are of 3.1, whose types the builder does not know.
  const schemas = SCHEMAS as NonNullable<OpenAPIObject['components']>['schemas'];
  noteUnchanged(document);
  return { ...document, info, components: { ...document.components, ...(schemas ? { schemas } : {}) } };
}

/** Every GET can be asked again by its entity tag; see rest/conditional.ts. */
function noteUnchanged({ paths }: OpenAPIObject): void {
  for (const [path, { get }] of Object.entries(paths)) {
    if (get && path.startsWith('/v1/'))
      get.responses['304'] ??= { description: 'Nothing has changed since the ETag in If-None-Match.' };
  }
}
