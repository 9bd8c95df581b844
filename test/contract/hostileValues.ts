import * as z from 'zod';

/** Values that no method's parameters may be. */
export const NOT_PARAMS: readonly unknown[] = [42, 'text', true, [], [1, 2], () => undefined];

interface Named {
  readonly name: string;
  readonly params: Record<string, unknown>;
}

/** From valid parameters: one copy per field with a value of the wrong type. */
export function wrongTypes(valid: Record<string, unknown>): Named[] {
  return Object.keys(valid).map((key) => ({ name: key, params: { ...valid, [key]: wrongFor(valid[key]) } }));
}

const wrongFor = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? 7 : { nested: value };

/** From valid parameters: one copy per text field with a million characters. */
export function oversized(valid: Record<string, unknown>): Named[] {
  return Object.entries(valid)
    .filter(([, value]) => typeof value === 'string')
    .map(([key]) => ({ name: key, params: { ...valid, [key]: 'x'.repeat(1_000_000) } }));
}

/** Required field names of an object schema. */
export function requiredFields(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Record<string, z.ZodType> = schema.shape;
  return Object.entries(shape)
    .filter(([, field]) => !field.safeParse(undefined).success)
    .map(([key]) => key);
}
