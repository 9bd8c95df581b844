/** Marks by which chat templates tell roles apart. In data they would end one message and begin another. */
const ROLE_MARKS =
  /<\|([A-Za-z0-9_ -]{1,40})\|>|<\|[a-z_]{1,40}>|<[a-z_]{1,40}\|>|\[\|[A-Za-z_]{1,40}\|\]|<｜([^｜<>\n]{1,40})｜>|<(\/?)(start_of_turn|end_of_turn|s|bos|eos|think|tool_call|tool_response)>|\[(\/?)(INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<<(\/?)SYS>>/g;

/** The text with role marks pulled apart by a visible space, so that a tokenizer takes them for words. */
export function neutralMarks(text: string): string {
  return text.replace(ROLE_MARKS, (mark) => `${mark.slice(0, 1)} ${mark.slice(1)}`);
}
