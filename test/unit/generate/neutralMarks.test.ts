import { describe, expect, test } from 'vitest';
import { neutralMarks } from '../../../sidecar/generate/neutralMarks.ts';

describe('role marks', () => {
  test.each([
    '<|im_start|>',
    '<|start_header_id|>',
    '<|turn>',
    '<turn|>',
    '[|assistant|]',
    '<｜User｜>',
    '<｜end▁of▁sentence｜>',
    '<start_of_turn>',
    '[/INST]',
    '<<SYS>>',
  ])('%s is pulled apart', (mark) => {
    const text = neutralMarks(`a ${mark} b`);
    expect(text).not.toContain(mark);
    expect(text.replace(/ /g, '')).toBe(`a${mark}b`);
  });

  test.each(['x < y | z > w', '<｜ alone', 'Array<string>', '[a|b]', 'Array<a | b>'])('%s stays', (text) => {
    expect(neutralMarks(text)).toBe(text);
  });
});
