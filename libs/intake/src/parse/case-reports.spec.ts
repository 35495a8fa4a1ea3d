import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import type { XmlLayout } from '#registry';
import { openArchive } from '../archive/index.js';
import { type Field, parseMember, type Selector } from './index.js';

/** Real HL7 CDA documents, of test persons. */
const DOCUMENTS = '../shared/data/eicr-la-cda/eicr_rr_documents.zip';
const isThere = existsSync(DOCUMENTS);

const layout: XmlLayout = {
  id: 'document',
  extensions: ['xml'],
  encoding: 'auto',
  wide: undefined,
  format: 'xml',
  record: '/ClinicalDocument',
  namespaces: { '': 'urn:hl7-org:v3', sdtc: 'urn:hl7-org:sdtc' },
  paths: {
    facilityRoot: 'componentOf/encompassingEncounter/location/healthCareFacility/id[1]/@root',
    facilityExtension:
      '/ClinicalDocument/componentOf/encompassingEncounter/location/healthCareFacility/id[1]/@extension',
    postal: 'componentOf/encompassingEncounter/location/healthCareFacility//postalCode',
    low: 'componentOf/encompassingEncounter/effectiveTime/low/@value',
    written: 'effectiveTime/@value',
    version: 'versionNumber/@value',
    trigger: "//*[@sdtc:valueSet='2.16.840.1.114222.4.11.7508']/@code",
  },
};
const selectors: Selector[] = Object.keys(layout.paths).map((column) => ({
  column,
  required: false,
  all: column === 'trigger',
}));

/** The same facts by pattern: enough here, where the documents are known. */
function factsByPattern(xml: string): Field[] {
  const encounter = /<encompassingEncounter\b[\s\S]*?<\/encompassingEncounter>/.exec(xml)?.[0] ?? '';
  const place = /<healthCareFacility\b[\s\S]*?<\/healthCareFacility>/.exec(encounter)?.[0] ?? '';
  const id = /<id\b[^>]*>/.exec(place)?.[0] ?? '';
  const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  const tags = xml.match(/<[a-zA-Z][^>]*\ssdtc:valueSet="2\.16\.840\.1\.114222\.4\.11\.7508"[^>]*>/g) ?? [];
  const time = /<effectiveTime>[\s\S]*?<\/effectiveTime>/.exec(encounter)?.[0] ?? '';
  return [
    attribute(id, 'root'),
    attribute(id, 'extension'),
    /<postalCode>([^<]*)/.exec(place)?.[1]?.trim(),
    attribute(/<low\b[^>]*>/.exec(time)?.[0] ?? '', 'value'),
    attribute(/<effectiveTime\b[^>]*>/.exec(xml)?.[0] ?? '', 'value'),
    attribute(/<versionNumber\b[^>]*>/.exec(xml)?.[0] ?? '', 'value'),
    tags.map((tag) => attribute(tag, 'code')).filter((code) => code !== undefined),
  ];
}

describe('electronic case reports', () => {
  (isThere ? it : it.skip)(
    `give what patterns find in them${isThere ? '' : ' (SKIPPED: no ../shared/data)'}`,
    () => {
      const archive = openArchive(readFileSync(DOCUMENTS), { name: 'eicr.zip', kinds: ['zip'] });
      let seen = 0;
      let documents = 0;
      let triggers = 0;
      for (const { name, data } of archive) {
        if (!name.endsWith('CDA_eICR.xml') || seen++ % 4 > 0) continue;
        const found: Field[][] = [];
        const { records } = parseMember(
          data,
          { member: name, layout, selectors },
          {
            record: (fields) => found.push([...fields]),
            rowError: (error) => expect(error).toBeUndefined(),
          },
        );
        expect(records).toBe(1);
        expect(found).toEqual([factsByPattern(Buffer.from(data).toString())]);
        documents++;
        triggers += found[0]?.at(-1)?.length ?? 0;
      }
      expect(documents).toBeGreaterThan(20);
      expect(triggers).toBeGreaterThan(20);
    },
    60_000,
  );
});
