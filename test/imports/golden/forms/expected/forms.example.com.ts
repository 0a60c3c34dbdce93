// Made by `lockstep import` of crds.yaml: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';

/**
 * A machine of the factory.
 *
 * It ends a comment: *\/ and goes on.
 */
export class Machine extends ApiObject {
  static readonly apiVersion = 'forms.example.com/v1';
  static readonly kind = 'Machine';

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id, { ...(props as object), apiVersion: Machine.apiVersion, kind: Machine.kind });
  }
}

export interface MachineProps {
  readonly metadata?: ObjectMeta;
  /** What is wanted. */
  readonly spec: MachineSpec;
}

export interface MachineSpec {
  readonly $ref?: string;
  readonly '12'?: string;
  readonly anything?: unknown;
  readonly byName?: { readonly [key: string]: MachineByName };
  readonly colour?: 'red' | 'green' | 'blue';
  readonly config?: MachineConfig;
  readonly either?: MachineEither;
  /** @default false */
  readonly isOn?: boolean;
  readonly labels?: { readonly [key: string]: string };
  readonly level?: 1 | 2 | 3 | null;
  readonly limits?: { readonly [key: string]: number | string };
  readonly long?:
    | 'AnnotationsAreVeryLong'
    | 'BecauseNobodyStoppedThem'
    | 'CertainlyNotTheAuthor'
    | 'DespiteAllWarnings'
    | 'EvenThoughItHurts';
  readonly marker?: { readonly [field: string]: never };
  readonly matrix?: readonly (readonly number[])[];
  /** @default "fast" */
  readonly mode?: 'fast' | 'slow' | 'it\'s';
  readonly modes?: readonly ('a' | 'b')[];
  /**
   * Its name, which is told in a line that is so long that it has to be broken somewhere, since nobody reads lines
   * that never end.
   */
  readonly name: string;
  readonly paused?: boolean | null;
  readonly port?: number | string;
  readonly ports?: readonly (number | string)[];
  /** @default 0.5 */
  readonly ratio?: number;
  readonly retries: number;
  readonly secret?: string;
  readonly since?: string;
  readonly size?: 'S' | 'M' | 'L';
  readonly steps?: readonly MachineSteps[];
  readonly tags?: readonly string[];
  readonly template?: MachineTemplate;
  readonly values?: object;
  readonly words?: string;
  readonly 'x-odd name'?: string;
}

export interface MachineByName {
  /**
   * How much.
   *
   * In kilograms.
   */
  readonly weight?: number;
}

export interface MachineConfig {
  readonly size?: number;
  readonly [field: string]: unknown;
}

export interface MachineEither {
  readonly left?: string;
  readonly right?: string;
}

export interface MachineSteps {
  readonly env?: { readonly [key: string]: readonly string[] };
  readonly run: string;
}

export interface MachineTemplate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: ObjectMeta;
  readonly [field: string]: unknown;
}
