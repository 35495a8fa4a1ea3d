import { PLACE_LEVELS } from '#vocabulary';

/** Namespace of the messages. */
export const NAMESPACE = 'urn:bellwether:v1';

export const OPERATIONS = [
  'GetTimeSeries',
  'GetCompleteness',
  'ListDatasets',
  'ListRegions',
  'ListFacilities',
  'GetChart',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

const PERIOD = `
      <xs:element name="from" type="b:Day" minOccurs="0"/>
      <xs:element name="to" type="b:Day" minOccurs="0"/>
      <xs:element name="epiweeks" type="xs:string" minOccurs="0"/>`;
const SERIES = `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="category" type="xs:string" maxOccurs="unbounded"/>
      <xs:element name="region" type="b:Region" maxOccurs="unbounded"/>${PERIOD}
      <xs:element name="flag" type="xs:string" minOccurs="0"/>
      <xs:element name="asOf" type="xs:string" minOccurs="0"/>`;
const PAGE = `
      <xs:element name="limit" type="xs:int" minOccurs="0"/>
      <xs:element name="cursor" type="xs:string" minOccurs="0"/>`;
const NAMED = (name: string) => `
      <xs:element name="${name}" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="id" type="xs:string" use="required"/>
        <xs:attribute name="title" type="xs:string" use="required"/>
      </xs:complexType></xs:element>`;

const message = (name: string, content: string): string => `
    <xs:element name="${name}"><xs:complexType><xs:sequence>${content}
    </xs:sequence></xs:complexType></xs:element>`;

/** Requests and answers, document/literal. A count that is absent has a status that says why. */
const MESSAGES = [
  message('GetTimeSeries', SERIES),
  message(
    'GetTimeSeriesResponse',
    `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="rev" type="xs:long"/>
      <xs:element name="series" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="region" type="b:Region"/>
        <xs:element name="category" type="xs:string"/>
        <xs:element name="value" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
          <xs:attribute name="day" type="b:Day" use="required"/>
          <xs:attribute name="total" type="xs:unsignedInt"/>
          <xs:attribute name="unflagged" type="xs:unsignedInt"/>
          <xs:attribute name="status" type="b:Status" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>`,
  ),
  message(
    'GetCompleteness',
    `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="region" type="b:Region" maxOccurs="unbounded"/>${PERIOD}
      <xs:element name="asOf" type="xs:string" minOccurs="0"/>`,
  ),
  message(
    'GetCompletenessResponse',
    `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="completeness" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="region" type="b:Region"/>
        <xs:element name="value" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
          <xs:attribute name="day" type="b:Day" use="required"/>
          <xs:attribute name="reporting" type="xs:unsignedInt" use="required"/>
          <xs:attribute name="participating" type="xs:unsignedInt" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>`,
  ),
  message('ListDatasets', ''),
  message(
    'ListDatasetsResponse',
    `
      <xs:element name="dataset" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>${NAMED('category')}${NAMED('flag')}
      </xs:sequence>
        <xs:attribute name="id" type="xs:string" use="required"/>
        <xs:attribute name="title" type="xs:string" use="required"/>
        <xs:attribute name="unit" type="xs:string" use="required"/>
        <xs:attribute name="firstDay" type="b:Day"/>
        <xs:attribute name="lastDay" type="b:Day"/>
      </xs:complexType></xs:element>`,
  ),
  message(
    'ListRegions',
    `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="level" type="b:Level"/>
      <xs:element name="parent" type="b:Region" minOccurs="0"/>${PAGE}`,
  ),
  message(
    'ListRegionsResponse',
    `
      <xs:element name="region" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="region" type="b:Region" use="required"/>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="parent" type="b:Region"/>
        <xs:attribute name="facilities" type="xs:unsignedInt" use="required"/>
      </xs:complexType></xs:element>
      <xs:element name="next" type="xs:string" minOccurs="0"/>`,
  ),
  message(
    'ListFacilities',
    `
      <xs:element name="dataset" type="xs:string"/>
      <xs:element name="region" type="b:Region" minOccurs="0"/>${PAGE}`,
  ),
  message(
    'ListFacilitiesResponse',
    `
      <xs:element name="facility" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="facility" type="xs:string" use="required"/>
        <xs:attribute name="zip" type="xs:string" use="required"/>
        <xs:attribute name="county" type="xs:string" use="required"/>
        <xs:attribute name="state" type="xs:string" use="required"/>
        <xs:attribute name="firstActive" type="b:Day" use="required"/>
        <xs:attribute name="lastActive" type="b:Day" use="required"/>
        <xs:attribute name="closedOn" type="b:Day"/>
      </xs:complexType></xs:element>
      <xs:element name="next" type="xs:string" minOccurs="0"/>`,
  ),
  message(
    'GetChart',
    `${SERIES}
      <xs:element name="width" type="xs:int" minOccurs="0"/>
      <xs:element name="height" type="xs:int" minOccurs="0"/>
      <xs:element name="show" type="xs:string" minOccurs="0"/>
      <xs:element name="theme" type="xs:string" minOccurs="0"/>`,
  ),
  message(
    'GetChartResponse',
    `
      <xs:element name="contentType" type="xs:string"/>
      <xs:element name="image" type="xs:base64Binary"/>`,
  ),
];

const strings = (names: readonly string[]) => names.map((name) => `<xs:enumeration value="${name}"/>`).join('');

const TYPES = `
    <xs:simpleType name="Day"><xs:annotation><xs:documentation>YYYY-MM-DD</xs:documentation></xs:annotation>
      <xs:restriction base="xs:string"><xs:pattern value="\\d{4}-\\d{2}-\\d{2}"/></xs:restriction></xs:simpleType>
    <xs:simpleType name="Level"><xs:restriction base="xs:string">${strings(PLACE_LEVELS)}</xs:restriction></xs:simpleType>
    <xs:simpleType name="Region"><xs:annotation><xs:documentation>level:code, e.g. county:42091</xs:documentation></xs:annotation>
      <xs:restriction base="xs:string"/></xs:simpleType>
    <xs:simpleType name="Status"><xs:restriction base="xs:string">${strings(['reported', 'missing', 'suppressed', 'deleted'])}</xs:restriction></xs:simpleType>
    <xs:element name="problem"><xs:complexType><xs:sequence>
      <xs:element name="code" type="xs:string"/>
      <xs:element name="detail" type="xs:string"/>
      <xs:element name="remedy" type="xs:string"/>
      <xs:element name="request" type="xs:string"/>
    </xs:sequence></xs:complexType></xs:element>`;

const each = (text: (name: OperationName) => string): string => OPERATIONS.map(text).join('');

const binding = (version: 'soap' | 'soap12'): string => `
  <wsdl:binding name="Bellwether_${version}" type="b:Questions">
    <${version}:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>${each(
      (name) => `
    <wsdl:operation name="${name}">
      <${version}:operation soapAction="${NAMESPACE}/${name}" style="document"/>
      <wsdl:input><${version}:body use="literal"/></wsdl:input>
      <wsdl:output><${version}:body use="literal"/></wsdl:output>
      <wsdl:fault name="problem"><${version}:fault name="problem" use="literal"/></wsdl:fault>
    </wsdl:operation>`,
    )}
  </wsdl:binding>`;

/** The description of the SOAP door: one service, a port each for SOAP 1.1 and 1.2, both at `address` (XML-escaped). */
export const wsdlAt = (address: string): string => `<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="Bellwether" targetNamespace="${NAMESPACE}" xmlns:b="${NAMESPACE}"
  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/">
  <wsdl:types>
    <xs:schema targetNamespace="${NAMESPACE}" elementFormDefault="qualified">${TYPES}${MESSAGES.join('')}
    </xs:schema>
  </wsdl:types>
  <wsdl:message name="Problem"><wsdl:part name="problem" element="b:problem"/></wsdl:message>${each(
    (name) => `
  <wsdl:message name="${name}Request"><wsdl:part name="parameters" element="b:${name}"/></wsdl:message>
  <wsdl:message name="${name}Answer"><wsdl:part name="parameters" element="b:${name}Response"/></wsdl:message>`,
  )}
  <wsdl:portType name="Questions">${each(
    (name) => `
    <wsdl:operation name="${name}">
      <wsdl:input message="b:${name}Request"/>
      <wsdl:output message="b:${name}Answer"/>
      <wsdl:fault name="problem" message="b:Problem"/>
    </wsdl:operation>`,
  )}
  </wsdl:portType>${binding('soap')}${binding('soap12')}
  <wsdl:service name="Bellwether">
    <wsdl:port name="Questions" binding="b:Bellwether_soap"><soap:address location="${address}"/></wsdl:port>
    <wsdl:port name="Questions12" binding="b:Bellwether_soap12"><soap12:address location="${address}"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>
`;
