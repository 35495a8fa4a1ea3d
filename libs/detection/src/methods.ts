import { earsC1 } from './ears/c1.js';
import { earsC2 } from './ears/c2.js';
import { earsC3 } from './ears/c3.js';
import { farringtonFlexible } from './farrington/flexible.js';
import { type Method, methodOf } from './method.js';
import { ewma } from './rnssp/ewma.js';
import { regression } from './rnssp/regression.js';
import { regressionOrEwma } from './rnssp/switch.js';

/** Every method, by its id. A new detector is one file and one line here. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    methodOf(regressionOrEwma),
    methodOf(regression),
    methodOf(ewma),
    methodOf(farringtonFlexible),
    methodOf(earsC1),
    methodOf(earsC2),
    methodOf(earsC3),
  ].map((method) => [method.id, method]),
);
