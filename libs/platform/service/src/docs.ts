import type { INestApplication } from '@nestjs/common'
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger'
import type { OpenApi } from './openapi.ts'

/** `/docs` shows the document, `/docs-json` gives it; every file comes from this server. */
export function serveDocs(app: INestApplication, document: OpenApi): void {
  SwaggerModule.setup('docs', app, document as unknown as OpenAPIObject, {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: 'Rapport',
    // Swagger UI would ask a public service whether the document is valid.
    swaggerOptions: { validatorUrl: null, deepLinking: true, docExpansion: 'none', persistAuthorization: false },
  })
}
