import * as z from 'zod';

/** One field of a schema; parts of objects are `outer.inner`, of lists of objects `outer[].inner`. */
export interface Field {
  readonly name: string;
  /** For example `text`, `id`, `list of id`, `approved, denied or edited`; with `?` where it may be missing. */
  readonly type: string;
}

const jsonSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
});
type Json = z.infer<typeof jsonSchema>;

/** Lists longer than this are named by what they are, not by their members. */
const MOST_MEMBERS = 8;

/** Every field of an object schema, in its order. */
export function fieldsOf(schema: z.ZodType): Field[] {
  return fieldsIn(jsonSchema.parse(z.toJSONSchema(schema, { unrepresentable: 'any' })), '');
}

function fieldsIn({ properties = {}, required = [] }: Json, prefix: string): Field[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const json = jsonSchema.parse(value);
    const name = `${prefix}${key}`;
    const type = `${typeOf(json)}${required.includes(key) ? '' : '?'}`;
    return [{ name, type }, ...fieldsIn(json, `${name}.`), ...fieldsIn(itemOf(json), `${name}[].`)];
  });
}

/** `false` closes a list of fixed length. */
const itemOf = ({ items }: Json): Json => (typeof items === 'object' ? jsonSchema.parse(items) : {});

function typeOf(json: Json): string {
  const { type, format, pattern, items, prefixItems, anyOf } = json;
  if (json.const !== undefined) return JSON.stringify(json.const);
  if (json.enum) return json.enum.length > MOST_MEMBERS ? 'word' : json.enum.join(', ');
  if (anyOf) return anyOf.map((each) => typeOf(jsonSchema.parse(each))).join(' or ');
  if (prefixItems) return `pair of ${typeOf(jsonSchema.parse(prefixItems[0]))}`;
  if (type === 'array') return `list of ${items === undefined ? 'values' : typeOf(itemOf(json))}`;
  if (type === 'object') return `object${valuesOf(json)}`;
  if (type === 'boolean') return 'true or false';
  if (Array.isArray(type)) return type.join(' or ');
  if (type !== 'string') return type ?? 'any value';
  if (format === 'date-time') return 'time';
  return pattern?.includes('HJKMNP') ? 'id' : pattern?.includes('{64}') ? 'sha256' : 'text';
}

/** What a record holds under names that are not fixed. */
function valuesOf({ additionalProperties }: Json): string {
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return '';
  const type = typeOf(jsonSchema.parse(additionalProperties));
  return type === 'any value' ? '' : ` of ${type}`;
}
