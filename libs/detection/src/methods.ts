import { cusum } from './charts/cusum.js';
import { glr } from './charts/glr.js';
import { outbreakP } from './charts/outbreak-p.js';
import { earsC1 } from './ears/c1.js';
import { earsC2 } from './ears/c2.js';
import { earsC3 } from './ears/c3.js';
import { farringtonFlexible } from './farrington/flexible.js';
import { farrington1996 } from './farrington/original.js';
import { haar } from './heritage/haar.js';
import { normalised } from './heritage/normalised.js';
import { rls } from './heritage/rls.js';
import { type Method, methodOf } from './method.js';
import { negativeBinomialDetector } from './negative-binomial/regression.js';
import { bayes } from './past-years/bayes.js';
import { cdc } from './past-years/cdc.js';
import { RKI } from './past-years/rki.js';
import { ewma } from './rnssp/ewma.js';
import { rnsspFarrington } from './rnssp/farrington.js';
import { seasonalEwma } from './seasonal/seasonal-ewma.js';
import { regression } from './rnssp/regression.js';
import { nbinom, serfling } from './rnssp/seasonal.js';
import { regressionOrEwma } from './rnssp/switch.js';
import { trend } from './rnssp/trend.js';

/** Every method, by its id. A new detector is one file and one line here. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    methodOf(regressionOrEwma),
    methodOf(regression),
    methodOf(ewma),
    methodOf(earsC1),
    methodOf(earsC2),
    methodOf(earsC3),
    methodOf(farringtonFlexible),
    methodOf(farrington1996),
    methodOf(rnsspFarrington),
    methodOf(negativeBinomialDetector),
    methodOf(seasonalEwma),
    methodOf(nbinom),
    methodOf(serfling),
    methodOf(cusum),
    methodOf(glr),
    methodOf(outbreakP),
    methodOf(bayes),
    ...RKI.map((one) => methodOf(one)),
    methodOf(cdc),
    methodOf(trend),
    methodOf(normalised),
    methodOf(haar),
    methodOf(rls),
  ].map((method) => [method.id, method]),
);
