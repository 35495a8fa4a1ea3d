import { fetchAnswer } from './fetch-answer.js';

/** Saves what a question answers under a name; the key travels in the request, never in the address. */
export async function saveAs(path: string, name: string): Promise<void> {
  const blob = await (await fetchAnswer(path)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
