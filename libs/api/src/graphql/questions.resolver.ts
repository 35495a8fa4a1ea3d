import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Questions } from '#analytics';
import {
  CHART_OF_ANY_FORMAT,
  chartQuestion,
  COMPLETENESS,
  completenessQuestion,
  CURVE,
  DEAD_LETTERS,
  FACILITIES,
  PROVENANCE,
  provenanceQuestion,
  read,
  REGIONS,
  SERIES,
  seriesQuestion,
  submissionId,
  SUBMISSIONS,
} from '../ask/index.js';
import {
  ChartArguments,
  asGiven,
  CompletenessArguments,
  CurveArguments,
  DeadLettersArguments,
  FacilitiesArguments,
  ProvenanceArguments,
  RegionsArguments,
  SeriesArguments,
  SubmissionsArguments,
} from './arguments.js';
import { Asking } from './asking.js';
import {
  ChartObject,
  CompletenessObject,
  CurveObject,
  DatasetObject,
  DeadLetterPage,
  FacilityPage,
  FeedObject,
  ProvenanceObject,
  RegionPage,
  SeriesAnswerObject,
  SubmissionPage,
  SubmissionWithErrorsObject,
} from './objects.js';

/** Each resolver authorises (by what it asks), unpacks and delegates. */
@Resolver()
export class QuestionsResolver {
  @Query(() => [DatasetObject], { description: 'What there is to ask for.' })
  datasets(@Asking() questions: Questions) {
    return questions.datasets();
  }

  @Query(() => [FeedObject], { description: 'Who sends, and in what form.' })
  feeds(@Asking() questions: Questions) {
    return questions.feeds();
  }

  @Query(() => RegionPage, { description: 'Regions of a level, a page at a time.' })
  regions(@Asking() questions: Questions, @Args() given: RegionsArguments) {
    return questions.regions(read(REGIONS, asGiven(given)));
  }

  @Query(() => FacilityPage, { description: 'Facilities, a page at a time.' })
  facilities(@Asking() questions: Questions, @Args() given: FacilitiesArguments) {
    return questions.facilities(read(FACILITIES, asGiven(given)));
  }

  @Query(() => SeriesAnswerObject, { description: 'Daily series of regions × categories.' })
  async series(@Asking() questions: Questions, @Args() given: SeriesArguments) {
    return questions.series(await seriesQuestion(read(SERIES, asGiven(given)), questions));
  }

  @Query(() => CompletenessObject, { description: 'Facilities that reported, a day.' })
  async completeness(@Asking() questions: Questions, @Args() given: CompletenessArguments) {
    return questions.completeness(await completenessQuestion(read(COMPLETENESS, asGiven(given)), questions));
  }

  @Query(() => CurveObject, { description: 'How one reporting day filled up.' })
  completenessCurve(@Asking() questions: Questions, @Args() given: CurveArguments) {
    const { as_of: asOf, ...question } = read(CURVE, asGiven(given));
    return questions.curve({ ...question, asOf });
  }

  @Query(() => ProvenanceObject, { description: 'Where one count comes from.' })
  provenance(@Asking() questions: Questions, @Args() given: ProvenanceArguments) {
    return questions.provenance(provenanceQuestion(read(PROVENANCE, asGiven(given))));
  }

  @Query(() => ChartObject, { description: 'Series as a picture: format png or svg.' })
  async chart(@Asking() questions: Questions, @Args() given: ChartArguments) {
    const asked = read(CHART_OF_ANY_FORMAT, asGiven(given));
    const question = await chartQuestion(asked, { catalogue: questions, format: asked.format });
    const { bytes, ...answer } = await questions.chart(question);
    return { ...answer, base64: Buffer.from(bytes).toString('base64') };
  }

  @Query(() => SubmissionPage, { description: 'Submissions, newest first. A sender sees its own.' })
  submissions(@Asking() questions: Questions, @Args() given: SubmissionsArguments) {
    return questions.submissions(read(SUBMISSIONS, asGiven(given)));
  }

  @Query(() => DeadLetterPage, { description: 'Files that do not count, and why. A sender sees its own.' })
  deadLetters(@Asking() questions: Questions, @Args() given: DeadLettersArguments) {
    return questions.deadLetters(read(DEAD_LETTERS, asGiven(given)));
  }

  @Query(() => SubmissionWithErrorsObject, { description: 'What became of a file, and each row that did not count.' })
  submission(@Asking() questions: Questions, @Args('id', { type: () => String }) id: string) {
    return questions.submission(submissionId(id));
  }
}
