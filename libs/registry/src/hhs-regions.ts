/**
 * The ten regions of the U.S. Department of Health and Human Services: seat and states.
 * Source: https://www.hhs.gov/about/agencies/iea/regional-offices
 */
export const HHS_REGIONS: ReadonlyMap<string, { readonly seat: string; readonly states: readonly string[] }> = new Map([
  ['1', { seat: 'Boston', states: ['CT', 'MA', 'ME', 'NH', 'RI', 'VT'] }],
  ['2', { seat: 'New York', states: ['NJ', 'NY', 'PR', 'VI'] }],
  ['3', { seat: 'Philadelphia', states: ['DC', 'DE', 'MD', 'PA', 'VA', 'WV'] }],
  ['4', { seat: 'Atlanta', states: ['AL', 'FL', 'GA', 'KY', 'MS', 'NC', 'SC', 'TN'] }],
  ['5', { seat: 'Chicago', states: ['IL', 'IN', 'MI', 'MN', 'OH', 'WI'] }],
  ['6', { seat: 'Dallas', states: ['AR', 'LA', 'NM', 'OK', 'TX'] }],
  ['7', { seat: 'Kansas City', states: ['IA', 'KS', 'MO', 'NE'] }],
  ['8', { seat: 'Denver', states: ['CO', 'MT', 'ND', 'SD', 'UT', 'WY'] }],
  ['9', { seat: 'San Francisco', states: ['AS', 'AZ', 'CA', 'FM', 'GU', 'HI', 'MH', 'MP', 'NV', 'PW'] }],
  ['10', { seat: 'Seattle', states: ['AK', 'ID', 'OR', 'WA'] }],
]);
