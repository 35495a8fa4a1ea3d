import type { Day, Level } from '#vocabulary';

/**
 * What is counted. `config/datasets/<id>.yaml`.
 *
 * A dataset is what feeds report into and what doors ask for: counts by category × flag × day of facilities, rolled up
 * to every level.
 */
export interface Dataset {
  readonly id: string;
  readonly title: string;
  /** What one count is, plural: `visits`, `units sold`. */
  readonly unit: string;
  /** `sum`: values of days add up to a week. `gauge`: they do not (beds in use); a week is the mean of its days. */
  readonly kind: 'sum' | 'gauge';
  /** What a reporting facility says about a category that it does not mention. */
  readonly absence: 'zero' | 'missing';
  readonly categories: readonly Category[];
  /** Categories beyond the list are accepted as they come (a product hierarchy of hundreds). */
  readonly openCategories: boolean;
  readonly flags: readonly Flag[];
  /** `sum`: the total of a category is the sum of its flags. Otherwise the flag that reports the total itself. */
  readonly total: 'sum' | { readonly flag: string };
  /** The flag whose counts are the unflagged series (e.g. `N` for not promoted); undefined: there is none. */
  readonly unflagged: string | undefined;
  /** Facilities report for each day, or for each week (`day` is then the first day of the week). */
  readonly cadence: 'day' | 'week';
  /** IANA zone of the reporting curve: hours of arrival are shown on this clock. */
  readonly timeZone: string;
  /** How small counts are kept from those who may not see them (docs/privacy.md); absent: everybody sees all. */
  readonly suppression?: Suppression | undefined;
}

/** What of a dataset is released to those who may not see exact counts. */
export interface Suppression {
  /** Counts from 1 to this are small. */
  readonly threshold: number;
  /** A small count is never known to within less than this. */
  readonly protection: number;
  /** Finest level at which counts are released. */
  readonly finest: Exclude<Level, 'event_zip' | 'facility'>;
  /** Hours after the end of a day before it is first released, so that most have reported. */
  readonly wait: number;
  /** Hours from one release of changes to the next. */
  readonly every: number;
}

/**
 * What detection watches, how, and when somebody is told. `config/alarms/<id>.yaml`. Cells are the dataset's categories ×
 * the regions of the levels × the newest reporting days.
 */
export interface AlarmRule {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  /** Of a weekly one, the days that are judged are those its weeks are reported under. */
  readonly dataset: string;
  readonly categories: readonly string[];
  readonly levels: readonly Exclude<Level, 'event_zip'>[];
  /** Id of a method of #detection, and its parameters; the product's defaults where they are left out. */
  readonly method: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** How many of the newest reporting days are judged, today included. */
  readonly days: number;
  /** Days before a judged day that it is compared with; undefined: as the method needs, eight weeks for most (56 weeks of a weekly dataset). */
  readonly history: number | undefined;
  /** Minutes after midnight in the dataset's zone at which everything is judged anew; undefined: only when something arrives. */
  readonly daily: number | undefined;
  /** Who is compared with its own past, and from when on a day is; shares from 0 to 1. See MatchingOptions of #detection. */
  readonly matching: { readonly leastShare: number; readonly leastPresence: number; readonly leastPast: number };
  /** How many of the alarms of one day may be false, as a share, over all cells of the rule. */
  readonly falseDiscovery: {
    readonly control: 'benjamini-hochberg' | 'benjamini-yekutieli' | 'none';
    readonly rate: number;
  };
  /** New alarms that somebody is told of a day (of the dataset's zone); the rarest first. */
  readonly budget: number;
  /** Days without an alarm after which a further one is a new event. */
  readonly gap: number;
  /** Days after the last alarming day on which an alarm is over by itself. */
  readonly closeAfter: number;
}

export interface Category {
  readonly id: string;
  readonly title: string;
}

export interface Flag {
  readonly id: string;
  readonly title: string;
}

/**
 * A table of codes, `config/codes/<id>.csv`: one key column, any number of attributes. Where a feed names a key column
 * or rows (`where`), this is that view of the table; keys are unique in it. An empty cell is an empty string.
 */
export interface CodeMap {
  readonly id: string;
  readonly keyColumn: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A reference to a secret; the secret itself is read when it is needed, and is never part of the configuration. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  /** A file readable by its owner only (mode 0400 or 0600); one password in it. */
  | { readonly kind: 'file'; readonly path: string }
  /** A CSV file of the same mode with a password per sender: `keyColumn` is compared with the facility or sender. */
  | {
      readonly kind: 'table';
      readonly path: string;
      readonly keyColumn: string;
      readonly valueColumn: string;
      readonly where?: Readonly<Record<string, string>>;
    };

export type ArchiveKind = 'zip' | 'gzip' | 'plain';

/**
 * Who sends, in what form, and what it means. `config/feeds/<id>.yaml`. A new sender is one such file.
 */
export interface Feed {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
  readonly enabled: boolean;
  /**
   * What the file name states. A pattern with named groups, compiled from e.g.
   * `{facility}_{period}_v{version}[.{repeat}].{ext}`; `[...]` is optional. Undefined: the name states nothing.
   * Groups used by the pipeline: facility, sender, period, version (whole number).
   */
  readonly name: RegExp | undefined;
  readonly archives: readonly ArchiveKind[];
  readonly password: SecretReference | undefined;
  readonly layouts: readonly Layout[];
  /** How the layout of a submission is chosen: by a table keyed by the facility (or sender) in the name, else the first layout that fits member extension. */
  readonly layoutTable: { readonly map: CodeMap; readonly column: string } | undefined;
  readonly record: RecordMapping;
  /**
   * The unit of replacement. `facility-day`: a file states the whole slot of each (facility, day) in it.
   * `file`: a file replaces earlier versions of the file with the same facility and period in its name.
   * `record`: each record replaces earlier versions of the record with the same id, wherever it was.
   */
  readonly replace: 'facility-day' | 'file' | 'record';
  readonly errors: ErrorPolicy;
  /** A file that is well-formed and holds no record: the facility reported nothing happened (`zero`), or is in error. */
  readonly emptyFile: 'zero' | 'refuse';
  /** Facilities the sender reports for, with their zip, where the records do not say it. */
  readonly places: { readonly map: CodeMap; readonly column: string } | undefined;
  /** Facilities of this feed that are closed, and the first day they no longer take part. */
  readonly closures: ReadonlyMap<string, Day>;
  /** Files are fetched from a server of the sender; undefined: the sender brings them. */
  readonly pull: Pull | undefined;
  /** When a complete sender reports: hours after the end of the reporting day, for lateness. */
  readonly dueHours: number;
}

/** Where files are fetched, and when. */
export interface Pull {
  readonly source: PullSource;
  /** Milliseconds from one listing to the next; undefined: only at the times of `at`. */
  readonly everyMs: number | undefined;
  /** Times of day, in milliseconds after midnight UTC. */
  readonly at: readonly number[];
  /** Milliseconds for which a file has to look the same before it is taken. */
  readonly settleMs: number;
  /** Names that are taken, with `*` and `?`; undefined: all. */
  readonly files: string | undefined;
}

/** A server of a sender. Secrets are references; `ca`: a certificate to trust instead of those of the system. */
export type PullSource =
  | {
      readonly kind: 'sftp';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly folder: string;
      /** `SHA256:…` of the keys by which the server is known, as ssh-keygen -l prints them. */
      readonly hostKeys: readonly string[];
      readonly password: SecretReference | undefined;
      readonly key: SecretReference | undefined;
    }
  | {
      readonly kind: 'ftp';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly folder: string;
      readonly password: SecretReference | undefined;
      /** `plain`: everything, the password too, can be read on the way. */
      readonly security: 'explicit' | 'implicit' | 'plain';
      readonly ca: SecretReference | undefined;
    }
  | {
      readonly kind: 'http';
      /** Of the listing. */
      readonly url: string;
      /** `links`: an HTML page or lines of text. Otherwise where in the JSON things stand, as `data.files`. */
      readonly listing: 'links' | JsonListing;
      /** Sent to the server of the listing only. `before` stands before the secret: `Bearer `. */
      readonly header: { readonly name: string; readonly before: string; readonly secret: SecretReference } | undefined;
      readonly ca: SecretReference | undefined;
    }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly accessKey: SecretReference;
      readonly secretKey: SecretReference;
      readonly ca: SecretReference | undefined;
    };

/** Paths of keys, joined by dots. `items` from the top (empty: the top itself is the list), `next` too; the others from an item. */
export interface JsonListing {
  readonly items: string;
  /** Of the file itself: a URL, also a relative one. */
  readonly link: string;
  readonly name: string | undefined;
  readonly stamp: string | undefined;
  readonly size: string | undefined;
  /** URL of the next page; where there is none, the listing ends. */
  readonly next: string | undefined;
}

export type Layout = TableLayout | FixedLayout | XmlLayout;

interface LayoutBase {
  readonly id: string;
  /** Extensions of members this layout reads, lower case, without dot; used when no layoutTable decides. */
  readonly extensions: readonly string[];
  /** An iconv label; `auto`: UTF-8, strictly, else by byte order mark. */
  readonly encoding: string;
  /**
   * A wide layout: every column named by a key of the code map becomes a record of its own; the selector columns
   * `measureColumn` and `valueColumn` then hold the column's name and content. An error in such a record names the
   * original column as its field, and the row of the file as its record.
   */
  readonly wide: { readonly map: CodeMap; readonly measureColumn: string; readonly valueColumn: string } | undefined;
}

/** `csv` has RFC 4180 quotes; `delimited` has none. Both have a header line unless `columns` names them. */
export interface TableLayout extends LayoutBase {
  readonly format: 'csv' | 'delimited';
  readonly delimiter: string;
  readonly columns: readonly string[] | undefined;
}

/** No header; `start` counts characters from 1. Fields are trimmed on the right. */
export interface FixedLayout extends LayoutBase {
  readonly format: 'fixed';
  readonly columns: readonly { readonly name: string; readonly start: number; readonly width: number }[];
}

/**
 * Each element at `record` is a record; `paths` are relative to it (or absolute) and name the columns.
 *
 * A path is a small part of XPath: steps between `/`, `//` for any depth. A step is a name (`prefix:name`, `*`) with
 * any of the predicates `[n]` (position among its siblings of that name, from 1), `[@a]` (has a non-empty attribute),
 * `[@a='text']`. The path may end in an attribute `/@a`; else the element's own text is taken, trimmed. A path that
 * begins with `/` starts at the document, `.//` at the record at any depth, any other at the record. The path of the
 * record itself has no `[n]` and no attribute.
 * Of several matches the first non-empty one is the value; a source with `each` takes all of them.
 */
export interface XmlLayout extends LayoutBase {
  readonly format: 'xml';
  readonly record: string;
  /** prefix → namespace URI; the empty prefix is the default namespace of the paths. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Column → path. Columns not listed are child elements of that name. */
  readonly paths: Readonly<Record<string, string>>;
}

/**
 * How one column (or several) become one value. Steps apply in the order of the fields here. A constant has no
 * columns, and its value in `otherwise`.
 */
export interface ValueSource {
  /** Candidates; the first with a non-empty value is taken. Each candidate may join several columns. */
  readonly columns: readonly (readonly string[])[];
  /** Between the joined columns; empty parts are left out. */
  readonly join: string;
  /** Characters kept from the start; undefined: all. */
  readonly take: number | undefined;
  /** Runs of characters outside [A-Za-z0-9.] become one `-`. */
  readonly clean: boolean;
  /** Looked up here; `column` is the attribute taken; an empty attribute is one that was not found. */
  readonly map: { readonly codes: CodeMap; readonly column: string } | undefined;
  /** When nothing was found (empty, or not in the map). Undefined: that is an error where the field is required. */
  readonly otherwise: string | undefined;
  /**
   * All values of a repeated element, each giving a count; values not in the map are ignored, doubles (after the map)
   * count once, and when none is left `otherwise` is the value.
   */
  readonly each: boolean;
}

/** An IANA zone for all, or a table of facilities; one that it does not name has none. */
export type TimeZoneOfFacility = string | { readonly map: CodeMap; readonly column: string };

export interface RecordMapping {
  /** `name`: from the file name. */
  readonly facility: ValueSource | { readonly from: 'name' };
  /** zip of the facility; first five digits are taken. Undefined: from `places`, else unknown. */
  readonly zip: ValueSource | undefined;
  readonly day: ValueSource & {
    readonly formats: readonly DayFormat[];
    /**
     * Zone of the facilities: an instant with an offset or `Z` then counts on the day that it is there. Undefined, and
     * for a time without offset: the day as it is written.
     */
    readonly timeZone: TimeZoneOfFacility | undefined;
  };
  readonly category: ValueSource;
  readonly flag: ValueSource;
  /** Undefined: each record counts one. */
  readonly value:
    (ValueSource & { readonly missing: readonly string[]; readonly suppressed: readonly string[] }) | undefined;
  /** zip where the event happened. Undefined: not reported by this feed. */
  readonly eventZip: ValueSource | undefined;
  /** Record feeds: what identifies a record across submissions; kept only as a keyed hash. */
  readonly id: ValueSource | undefined;
  /** Record feeds: version of the record: a whole number, then an instant, both optional. */
  readonly version: ValueSource | undefined;
  readonly versionTime: ValueSource | undefined;
}

/** `iso`: YYYY-MM-DD; `compact`: YYYYMMDD first eight digits; `iso-time`: YYYY-MM-DD HH:mm[:ss] or with T; `us`: M/D/YYYY. */
export type DayFormat = 'iso' | 'iso-time' | 'compact' | 'us';

export interface ErrorPolicy {
  /** Row errors that refuse the whole file. */
  readonly refuseFile: readonly string[];
  /** More row errors than this share of the rows refuse the file (0 to 1). */
  readonly maxShare: number;
}

/** Where a zip lies, from a day on. Pure look-ups; safe to call per record. */
export interface Crosswalk {
  /** zip → county FIPS; a zip that is not here is in county, state and hhs `unknown`. */
  countyOf(zip: string, day: Day): string;
  /** State of a county; `unknown` for `unknown` and for counties that are not in the tables. */
  stateOf(county: string): string;
  /** HHS region (`1` to `10`) of a state, else `unknown`. */
  hhsOf(state: string): string;
  /** Display name of a region: `Montgomery County, PA`; undefined when there is none. */
  nameOf(level: string, code: string): string | undefined;
}

/** A zip of the newest crosswalk version. Coordinates are degrees, null where the source has none. */
export interface ZipPlace {
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly place: string;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** The crosswalk with its lists, for catalogues, maps and generators. Lists are in order of their codes. */
export interface Geography extends Crosswalk {
  zips(): readonly ZipPlace[];
  /** County FIPS codes of a state, as of the newest version. */
  countiesOf(state: string): readonly string[];
  zipsOf(county: string): readonly string[];
  statesOf(hhs: string): readonly string[];
  /**
   * First days of dated versions, ascending; a zip's first version also holds for every day before it. Empty when the
   * crosswalk has one undated version.
   */
  readonly versions: readonly Day[];
}

/** One validated state of the whole configuration folder. Replaced as a whole on reload, never changed in place. */
export interface Configuration {
  /** The folder it was read from; relative secret references start here. */
  readonly folder: string;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly alarms: ReadonlyMap<string, AlarmRule>;
  /** Every code table whose key column (the first, unless declared) has no doubles. */
  readonly codes: ReadonlyMap<string, CodeMap>;
  readonly crosswalk: Geography;
  /** GraphQL operations that were agreed on with partners: id → text. */
  readonly operations: ReadonlyMap<string, string>;
  /** Changes whenever any file of the folder changes, secrets excepted. */
  readonly version: string;
}
