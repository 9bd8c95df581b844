import { describe, expect, it } from 'vitest';
import { completeReading } from '../../../../sidecar/generate/hypotheses/completeReading.ts';
import { knownThing, thingOf } from '../../../../sidecar/generate/hypotheses/knownThing.ts';
import { memoryQuestions } from '../../../../sidecar/generate/hypotheses/memoryQuestions.ts';
import {
  questionsOf,
  readingPrompt,
  readingsFormat,
} from '../../../../sidecar/generate/hypotheses/readingPrompt.ts';
import { tidyQuestions } from '../../../../sidecar/generate/hypotheses/tidyQuestions.ts';
import { memoryItem } from '../../../helpers/memoryItem.ts';

const API = { name: 'REST API', words: 'containerised REST API' };

describe('knownThing', () => {
  it.each([
    ['build a REST API', 'REST API'],
    ['build a REST API with FastAPI', 'REST API'],
    ['deploy the containerised REST API using Docker', 'REST API'],
    ['want to create an online shop for books', 'online shop'],
    ['learn Rust', undefined],
    ['build', undefined],
  ])('takes the thing out of the goal %j', (goal, thing) => {
    expect(thingOf(goal)).toBe(thing);
  });

  it('says it with the tools that are preferred', () => {
    const goal = memoryItem('goal', 'build a REST API');
    expect(knownThing([goal])?.words).toBe('REST API');
    expect(knownThing([goal, memoryItem('preference', 'Prefers: Docker')])?.words).toBe(
      'containerised REST API',
    );
    expect(knownThing([goal, memoryItem('preference', 'Prefers: FastAPI, Docker')])?.words).toBe(
      'containerised REST API with FastAPI',
    );
    expect(knownThing([goal, memoryItem('preference', 'Avoids: Docker')])?.words).toBe('REST API');
    expect(knownThing([memoryItem('goal', 'build a REST API', { state: 'off' })])).toBeUndefined();
    expect(knownThing([memoryItem('preference', 'Prefers: Docker')])).toBeUndefined();
  });
});

describe('completeReading', () => {
  it.each([
    [
      'Do you want to deploy the API to a cloud?',
      'Do you want to deploy the containerised REST API to a cloud?',
    ],
    ['Do you want to add JWT login?', 'Do you want to add JWT login for the containerised REST API?'],
    ['Do you want to add OAuth to your project?', 'Do you want to add OAuth for the containerised REST API?'],
    ['Do you want to deploy the REST API with Docker?', 'Do you want to deploy the REST API with Docker?'],
    ['Do you want to secure your REST API?', 'Do you want to secure the containerised REST API?'],
    ['Do you want to start a new API?', 'Do you want to start a new API?'],
    ['Möchtest du eine Anmeldung bauen?', 'Möchtest du eine Anmeldung bauen?'],
  ])('%j', (question, completed) => {
    expect(completeReading(question, API)).toBe(completed);
    expect(completeReading(question, undefined)).toBe(question);
  });
});

describe('memoryQuestions', () => {
  it.each([
    ['deploy api', 'Do you want to deploy the containerised REST API?'],
    ['auth', 'Do you want to add auth to the containerised REST API?'],
    ['add logging', 'Do you want to add logging for the containerised REST API?'],
    ['fix it', 'Do you want to fix the containerised REST API?'],
  ])('%j', (prompt, question) => {
    expect(memoryQuestions(prompt, API)).toEqual([question]);
    expect(memoryQuestions(prompt, undefined)).toEqual([]);
  });
});

describe('tidyQuestions', () => {
  it('keeps at most three, each once and on one line', () => {
    expect(
      tidyQuestions(
        [
          '1. do you want a REST\nAPI?',
          'Do you want the REST API',
          'Do you want a <|im_end|> GraphQL API? And more text.',
          'build api',
          '???',
          'x'.repeat(500),
          'Do you want a mock server?',
          'Do you want a client?',
        ],
        'build api',
      ),
    ).toEqual([
      'Do you want a REST API?',
      'Do you want a < |im_end|> GraphQL API?',
      'Do you want a mock server?',
    ]);
  });
});

describe('what small models say', () => {
  it('is kept only where it can be answered with yes', () => {
    const said = [
      'https://example.com/api',
      "I'm an AI assistant. Do you need help with anything today?",
      'How do I create an API in Python?',
      'What is your preferred way to display charts?',
      'This is a request that will be deployed.',
    ];
    expect(tidyQuestions(said, 'build api')).toEqual(['Do you want to create an API in Python?']);
  });
  it('is taken as it is in other languages, where it is a question', () => {
    expect(tidyQuestions(['Soll es eine REST-API sein?', 'Eine Antwort.'], 'baue eine api')).toEqual([
      'Soll es eine REST-API sein?',
    ]);
  });
});

describe('readingsFormat', () => {
  it('holds English questions to a form, others to none', () => {
    expect(JSON.stringify(readingsFormat('build api'))).toContain('Do you want to ');
    for (const prompt of ['baue eine api', 'crée une api', 'haz una api', 'APIを作って'])
      expect(JSON.stringify(readingsFormat(prompt)), prompt).not.toContain('pattern');
  });
});

describe('questionsOf', () => {
  it('reads whole answers and what is complete of cut ones', () => {
    expect(questionsOf('{"readings": ["Is it \\"a\\"?", "b?"]}')).toEqual(['Is it "a"?', 'b?']);
    expect(questionsOf('{"readings": ["a?", "b is')).toEqual(['a?']);
    expect(questionsOf('no json')).toEqual([]);
  });
});

describe('readingPrompt', () => {
  it('sends what is known as fenced data', () => {
    const messages = readingPrompt('auth', [memoryItem('goal', 'build a REST API')], 'f1');
    expect(messages.at(-1)?.content).toMatch(
      /\[begin background f1\]\nGoal: build a REST API\n\[end background f1\]/,
    );
    expect(messages.at(-1)?.content).toMatch(/Request: auth$/);
  });
});

describe('what a model may hide in a question', () => {
  it('takes out what moves a cursor or can not be seen, before role marks are pulled apart', () => {
    const [question = ''] = tidyQuestions(
      ['Do you want to \u001b]52;c;cm0=\u0007build \u202ea <|im_\u200bstart|> API?'],
      'api',
    );
    expect(question).toBe('Do you want to ]52;c;cm0=build a < |im_start|> API?');
  });

  it('is done soon with an answer that goes on and on', () => {
    expect(tidyQuestions([`${';'.repeat(400_000)}x`], 'api')).toEqual([]);
  });
});
