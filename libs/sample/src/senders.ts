import type { FacilityKind, FeedId, Packing, Sender } from './model.js';
import { pick, randomOf } from './random.js';

/** Invented names; facility ids begin with the two letters. */
const CHAINS =
  'harborline HL,meadowmart MM,corner-apothecary CA,bluefern BF,stonebridge SB,goodwell GW,larkspur LS,townsquare TS,prairie-drug PD,cedar-and-main CM,sunrise-grocers SG,ridgeway RW,old-mill OM,silverleaf SL,quickstop-rx QR,fairfield-foods FF,northgate NG,palmetto-pharmacy PP,gulf-market GM,granite-drug GD,redwood-stores RS,valley-rx VR';
const NETWORKS =
  'allegheny-crest AC,bayview BV,capital-mercy CY,copper-basin CB,delta-regional DR,eastlake EL,evergreen-care EC,foxglove FG,great-plains GP,high-desert HD,huron-health HH,juniper JU,keystone-valley KV,lakeshore LK,longleaf LL,magnolia MG,mesa-verde MV,mohawk-valley MO,north-star NS,ozark-health OZ,piedmont-union PU,puget-health PH,riverbend RB,saint-brendan SN,tidewater TW,wasatch WA';
const URGENT =
  'carenow-corner CC,daylight-clinics DC,express-med EM,first-door FD,green-cross GC,hometown-care HC,instacare-plus IP,junction-clinics JC,medstop MS,neighborly NB,open-late OL,rapid-relief RR,walk-right-in WR,zephyr-care ZC';
const RECORD_HOSPITALS =
  'hospital-ashgrove XA,hospital-birchwood XB,hospital-clearwater XC,hospital-dunmore XD,hospital-elmhaven XE,hospital-fernhill XF';

const RETAIL_FEEDS: readonly FeedId[] = ['retail-csv', 'retail-pipe', 'retail-csv', 'retail-fixed'];
const VISIT_FEEDS: readonly FeedId[] = ['ed-csv', 'ed-pipe', 'ed-fixed'];
const BED_FEEDS: readonly FeedId[] = ['beds-wide', 'beds-long'];
const PACKINGS: readonly Packing[] = ['aes', 'gzip', 'zipcrypto', 'plain', 'zip', 'aes', 'zip', 'aes', 'zipcrypto'];
const WORDS = ['amber', 'basalt', 'clover', 'drift', 'ember', 'fjord', 'garnet', 'heron', 'indigo', 'juniper', 'kelp'];

/** How many facilities the lists of names are meant for; smaller samples have fewer senders. */
const FULL_SIZE = 2_500;

/** The senders of a sample of so many facilities: all of them for the national one, at least one of every feed. */
export function sendersFor(facilities: number, seed: number): Sender[] {
  const share = Math.min(1, facilities / FULL_SIZE);
  const take = (list: string, least: number): string[][] => {
    const names = list.split(',').map((entry) => entry.split(' '));
    return names.slice(0, Math.max(least, Math.round(names.length * share)));
  };
  const sender = (kind: FacilityKind, feedsAt: (i: number) => readonly FeedId[]) => {
    return ([id = '', code = '']: string[], i: number): Sender => {
      const random = randomOf(seed, 'sender', id);
      return {
        id,
        code,
        kind,
        feeds: feedsAt(i),
        packing: kind === 'records' ? (i % 2 === 0 ? 'aes' : 'zip') : PACKINGS[i % PACKINGS.length]!,
        password: `${pick(WORDS, random)}-${pick(WORDS, random)}-${1000 + random.below(9000)}`,
        knowsPromotion: !(kind === 'store' && i % 6 === 1),
        lineEnd: i % 4 === 3 ? '\r\n' : '\n',
        members: i % 5 === 2 ? 3 : 1,
        interim: kind !== 'store' && i % 4 === 0,
      };
    };
  };
  return [
    ...take(CHAINS, 4).map(sender('store', (i) => [RETAIL_FEEDS[i % 4]!])),
    ...take(NETWORKS, 3).map(sender('hospital', (i) => [VISIT_FEEDS[i % 3]!, BED_FEEDS[i % 2]!])),
    ...take(URGENT, 2).map(sender('urgent', (i) => [VISIT_FEEDS[i % 2]!])),
    ...take(RECORD_HOSPITALS, 1).map(sender('records', () => ['ed-visit-records'])),
  ];
}
