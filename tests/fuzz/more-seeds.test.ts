/** The other half of the five hundred scenarios. */
import { fuzzSeeds } from './scenarios';

fuzzSeeds(251, 500);
