/**
 * Functions that look at their arguments and at nothing else. Left out on purpose: whatever reads a table, dictionary,
 * file, address, setting, macro or another query by name; whatever sleeps, throws, or tells about the machine.
 * Lower case; compared without case.
 */
const SCALAR = `
  abs negate sign plus minus multiply divide intdiv intdivorzero modulo moduloorzero positivemodulo mod div gcd lcm greatest least
  floor ceil ceiling round roundbankers trunc truncate rounddown roundtoexp2 exp exp2 exp10 log ln log2 log10 log1p sqrt cbrt
  pow power sin cos tan asin acos atan atan2 hypot degrees radians pi e factorial isfinite isinfinite isnan ifnotfinite
  width_bucket bitand bitor bitxor bitnot bitshiftleft bitshiftright bittest bitcount
  equals notequals less greater lessorequals greaterorequals and or not xor if multiif
  isnull isnotnull iszeroornull ifnull nullif coalesce assumenotnull tonullable nvl isnulldefault
  length char_length character_length lengthutf8 octet_length empty notempty lower upper lcase ucase lowerutf8 upperutf8 initcap
  reverse reverseutf8 concat concat_ws concatassumeinjective substring substr mid substringutf8 left right leftutf8 rightutf8
  leftpad rightpad lpad rpad leftpadutf8 rightpadutf8 trim ltrim rtrim trimleft trimright trimboth
  appendtrailingcharifabsent startswith endswith startswithutf8 endswithutf8 position locate positioncaseinsensitive positionutf8
  positioncaseinsensitiveutf8 countsubstrings countsubstringscaseinsensitive like notlike ilike notilike match multisearchany
  replace replaceone replaceall replaceregexpone replaceregexpall regexp_replace extract extractall splitbychar splitbystring
  splitbywhitespace splitbynonalpha arraystringconcat ascii char space soundex hex unhex base64encode base64decode
  normalizeutf8nfc format tostring formatreadablequantity formatreadablesize formatreadabletimedelta editdistance
  levenshteindistance jarowinklersimilarity hassubsequence hastoken substringindex substring_index translate repeat
  md5 sha1 sha256 cityhash64 siphash64 xxhash64 farmhash64 murmurhash3_64 crc32
  toint8 toint16 toint32 toint64 toint128 toint256 touint8 touint16 touint32 touint64 touint128 touint256 tofloat32 tofloat64
  todecimal32 todecimal64 todecimal128 tobool todate todate32 todatetime todatetime64 totimezone timezoneof timezoneoffset
  toint8orzero toint16orzero toint32orzero toint64orzero touint8orzero touint16orzero touint32orzero touint64orzero tofloat32orzero
  tofloat64orzero todateorzero todatetimeorzero toint8ornull toint16ornull toint32ornull toint64ornull touint8ornull touint16ornull
  touint32ornull touint64ornull tofloat32ornull tofloat64ornull todateornull todatetimeornull tofixedstring touuid tolowcardinality tointervalday tointervalweek tointervalmonth tointervalquarter
  tointervalyear tointervalhour tointervalminute tointervalsecond parsedatetimebesteffort parsedatetimebesteffortornull
  parsedatetimebesteffortorzero parsedatetime parsedatetimeornull
  toyear toquarter tomonth todayofyear todayofmonth todayofweek tohour tominute tosecond tounixtimestamp fromunixtimestamp
  from_unixtime fromunixtimestamp64milli fromunixtimestamp64micro fromunixtimestamp64nano tounixtimestamp64milli
  tounixtimestamp64micro tounixtimestamp64nano tostartofyear tostartofisoyear tostartofquarter tostartofmonth tolastdayofmonth tomonday tostartofweek tolastdayofweek
  tostartofday tostartofhour tostartofminute tostartofsecond tostartoffiveminutes tostartoftenminutes tostartoffifteenminutes
  tostartofinterval toweek toyearweek toisoyear toisoweek toyyyymm toyyyymmdd toyyyymmddhhmmss torelativeyearnum
  torelativequarternum torelativemonthnum torelativeweeknum torelativedaynum torelativehournum todaysinceyearzero monthname
  year quarter month day dayofmonth dayofweek dayofyear hour minute second week yearweek weekofyear last_day dayname
  date timestamp makedate makedate32 makedatetime datename datetrunc date_trunc datediff date_diff timestampdiff timestamp_diff
  dateadd date_add datesub date_sub timestampadd timestamp_add timestampsub timestamp_sub adddate subdate age
  addyears addquarters addmonths addweeks adddays addhours addminutes addseconds subtractyears subtractquarters subtractmonths
  subtractweeks subtractdays subtracthours subtractminutes subtractseconds now now64 today current_date current_timestamp
  yesterday formatdatetime date_format formatdatetimeinjodasyntax tochar
  array emptyarraystring emptyarrayfloat64 arrayelement arrayelementornull has hasall hasany hassubstr indexof countequal arraymap
  arrayfilter arraycount arraysum arrayavg arraymin arraymax arrayproduct arraysort arrayreversesort arrayreverse arraydistinct
  arrayuniq arrayconcat arrayslice arraypushback arraypushfront arraypopback arraypopfront arrayresize arrayexists arrayall
  arrayfirst arraylast arrayfirstindex arraylastindex arraycumsum arraycumsumnonnegative arraydifference arraycompact arrayzip
  arrayenumerate arrayenumerateuniq arrayflatten arrayintersect arrayfill arrayreversefill arraysplit arrayjoin arrayreduce_
  range tuple tupleelement untuple map mapkeys mapvalues mapcontains mapfromarrays
  rank_ runningdifference_ bar transform grouping
  todayornull version timezone servertimezone currentuser user currentdatabase database current_database schema currentschemas
  visiblewidth totypename columntypename_ identity materialize ignore tojsonstring isvalidutf8 geodistance greatcircledistance
`;

const AGGREGATE = `
  count sum min max avg any anylast any_value argmin argmax first_value last_value stddevpop stddevsamp stddev_pop stddev_samp varpop varsamp
  var_pop var_samp std stddev variance covarpop covarsamp covar_pop covar_samp corr sumwithoverflow sumkahan avgweighted
  uniq uniqexact uniqcombined uniqcombined64 uniqhll12 uniqtheta
  quantile quantiles quantileexact quantilesexact quantileexactlow quantileexacthigh quantileexactinclusive quantileexactexclusive
  quantileexactweighted quantiletdigest quantilestdigest quantiletiming quantiledeterministic median medianexact
  grouparray grouparraysorted groupuniqarray groupconcat string_agg grouparraymovingsum grouparraymovingavg topk topkweighted
  groupbitand groupbitor groupbitxor skewpop skewsamp kurtpop kurtsamp entropy simplelinearregression maxmap minmap summap
  boundingratio deltasum exponentialmovingaverage singlevalueornull anyheavy histogram rankcorr
`;

const WINDOW = `
  row_number rank dense_rank denserank percent_rank percentrank cume_dist ntile lag lead laginframe leadinframe nth_value
`;

/** Endings of aggregate functions that change what is aggregated, not where it comes from (-State, -Merge and such are left out). */
const ENDINGS = ['if', 'array', 'distinct', 'ornull', 'ordefault'];

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '' && !word.endsWith('_'));

const AGGREGATES: ReadonlySet<string> = new Set(words(AGGREGATE));
const ALLOWED: ReadonlySet<string> = new Set([...words(SCALAR), ...AGGREGATES, ...words(WINDOW)]);

export function isAllowedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  return ALLOWED.has(lower) || isCombined(lower, 2);
}

function isCombined(name: string, endings: number): boolean {
  if (AGGREGATES.has(name)) return true;
  if (endings === 0) return false;
  return ENDINGS.some((ending) => name.endsWith(ending) && isCombined(name.slice(0, -ending.length), endings - 1));
}

/** Functions whose first argument may be a bare unit: `dateDiff(day, a, b)`. */
export const TAKES_UNIT: ReadonlySet<string> = new Set(
  words(`datediff date_diff timestampdiff timestamp_diff dateadd date_add datesub date_sub timestampadd timestamp_add
    timestampsub timestamp_sub age`),
);

export const UNITS: ReadonlySet<string> = new Set(
  ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'].flatMap((unit) => [unit, `${unit}S`]),
);

/** Types of CAST, `::` and parameters. Identifier would let a parameter name a table. */
const TYPES: ReadonlySet<string> = new Set(
  words(`int8 int16 int32 int64 int128 int256 uint8 uint16 uint32 uint64 uint128 uint256 float32 float64 decimal decimal32 decimal64
    decimal128 bool boolean string fixedstring uuid date date32 datetime datetime64 nullable array tuple map lowcardinality
    nothing enum8 enum16 int integer bigint smallint tinyint float double real varchar char text signed unsigned numeric timestamp`),
);

export function isAllowedType(name: string): boolean {
  return TYPES.has(name.toLowerCase());
}

/** Formats that need no schema or template, and read no file. */
const FORMATS: ReadonlySet<string> = new Set(
  words(`json jsoncompact jsonstrings jsoncompactstrings jsoncolumns jsoneachrow jsonstringseachrow jsoncompacteachrow
    jsoncompactstringseachrow jsoncompacteachrowwithnames jsoncompacteachrowwithnamesandtypes jsoncompactstringseachrowwithnames
    jsoncompactstringseachrowwithnamesandtypes jsoneachrowwithprogress jsonobjecteachrow jsoncolumnswithmetadata ndjson
    jsonlines csv csvwithnames csvwithnamesandtypes tsv tsvwithnames tsvwithnamesandtypes tsvraw tabseparated tabseparatedraw
    tabseparatedwithnames tabseparatedwithnamesandtypes values vertical pretty prettycompact prettycompactmonoblock prettyspace
    xml markdown null rowbinary rowbinarywithnames rowbinarywithnamesandtypes native arrow arrowstream parquet orc customseparated`),
);

export function isAllowedFormat(name: string): boolean {
  return FORMATS.has(name.toLowerCase());
}
