import { describe, expect, test } from 'vitest';
import { fileEnding, newFilePath } from '../../../extension/editor/newFilePath.ts';
import { protectedPlace, protectedReason } from '../../../extension/editor/protectedPaths.ts';
import { isReadablePlace } from '../../../extension/editor/readablePlace.ts';
import { isSecretFile } from '../../../extension/editor/secretFiles.ts';
import { withoutSecrets } from '../../../extension/editor/withoutSecrets.ts';

describe('protected paths', () => {
  test.each([
    '.vscode/settings.json',
    'sub/.vscode/tasks.json',
    '.git/hooks/pre-commit',
    'sub/.git/config',
    'team.code-workspace',
    '.github/workflows/ci.yml',
    '.GitHub/Workflows/ci.yml',
    'package.json',
    'packages/a/package.json',
    '.bashrc',
    '.env',
    '../outside.ts',
    'src/../../outside.ts',
    '.VSCODE\\settings.json',
    './.git/config',
    'Makefile',
  ])('%s needs a second confirmation', (path) => {
    expect(protectedReason(path)).toBeTypeOf('string');
  });

  test.each(['src/api.ts', 'README.md', 'github/workflows.md', 'docs/package.json.md', 'src/vscode/x.ts'])(
    '%s does not',
    (path) => {
      expect(protectedReason(path)).toBeUndefined();
    },
  );
});

describe('a place that is written to', () => {
  test('is judged by its name also where the folder is the root of the disk', () => {
    expect(protectedPlace({ folder: '/', path: '/package.json' })).toBe('can run commands');
    expect(protectedPlace({ folder: '/', path: '/.vscode/tasks.json' })).toMatch(/run things by itself/);
    expect(protectedPlace({ folder: '/', path: '/src/a.ts' })).toBeUndefined();
  });

  test('is judged by where its links lead', () => {
    const named = { folder: '/home/me/app', path: '/home/me/app/src/a.ts' };
    const real = (path: string) => protectedPlace({ ...named, real: { folder: '/real/app', path } });
    expect(real('/real/app/src/a.ts')).toBeUndefined();
    expect(real('/real/app/..hidden/a.ts')).toBeUndefined();
    expect(real('/real/app/.git/hooks/pre-commit')).toMatch(/run things by itself/);
    expect(real('/real/application/a.ts')).toBe('is a link to outside the open folder');
    expect(real('/home/me/.bashrc')).toBe('is a link to outside the open folder');
  });
});

describe('the path of a new file', () => {
  test.each([
    '../x.ts',
    ' ../x.ts',
    'a/../../x.ts',
    '.. /x.ts',
    '... /x.ts',
    '..\\x.ts',
    '/etc/x',
    ' /etc/x',
    'C:\\x',
    'c:x',
  ])('"%s" is refused', (typed) => {
    expect(newFilePath(typed)).toEqual({ refused: 'The path must be inside the folder.' });
  });

  test.each(['', '  ', 'src/', 'src\\ '])('"%s" needs a name', (typed) => {
    expect(newFilePath(typed)).toEqual({ refused: 'A file name is needed.' });
  });

  test('is taken without the spaces around it', () => {
    expect(newFilePath(' src/..hidden/new.ts ')).toEqual({ path: 'src/..hidden/new.ts' });
  });

  test('ends as its language does, and as text for anything that a model may write', () => {
    expect(fileEnding('python')).toBe('.py');
    for (const odd of ['constructor', '__proto__', 'toString', '', 'klingon'])
      expect(fileEnding(odd)).toBe('.txt');
  });
});

describe('a file that is read into a prompt', () => {
  const inFolder = (realPath: string) => isReadablePlace({ realFolder: '/real/app', realPath });

  test('may be a link inside its folder', () => {
    expect(inFolder('/real/app/src/a.ts')).toBe(true);
  });

  test.each([
    '/real/app/.env',
    '/real/app/keys/id_rsa',
    '/real/other/a.ts',
    '/real/application/a.ts',
    '/etc/passwd',
  ])('may not lead to %s', (realPath) => {
    expect(inFolder(realPath)).toBe(false);
  });

  test('may be opened from elsewhere, but not lead to a secret', () => {
    expect(isReadablePlace({ realFolder: undefined, realPath: '/tmp/a.ts' })).toBe(true);
    expect(isReadablePlace({ realFolder: undefined, realPath: '/home/me/.ssh/config' })).toBe(false);
  });
});

describe('secret files', () => {
  test.each([
    '.env',
    'app/.env.production',
    'prod.env',
    '.ssh/config',
    'keys/id_ed25519',
    'keys/id_ed25519_sk',
    'server.PEM',
    '.npmrc',
    'infra/terraform.tfstate',
    'C:\\work\\.env',
  ])('%s never goes into a prompt', (path) => {
    expect(isSecretFile(path)).toBe(true);
  });

  test.each(['.env.example', 'src/env.ts', 'src/keyboard.ts', 'docs/id_rsa.md', 'environment.ts'])(
    '%s may',
    (path) => {
      expect(isSecretFile(path)).toBe(false);
    },
  );

  test('a diff loses the parts about secret files, also when renamed or quoted', () => {
    const part = (from: string, to: string, text: string) =>
      `diff --git a/${from} b/${to}\n--- a/${from}\n+++ b/${to}\n@@ -1 +1 @@\n-old\n+${text}\n`;
    const diff = [
      part('src/a.ts', 'src/a.ts', 'kept'),
      part('.env', '.env', 'TOKEN=1'),
      'diff --git a/.env b/notes.txt\nsimilarity index 90%\nrename from .env\nrename to notes.txt\n@@ -1 +1 @@\n+TOKEN=2\n',
      'diff --git "a/\\303\\244/.env" "b/\\303\\244/.env"\n@@ -1 +1 @@\n+TOKEN=3\n',
      part('src/b.ts', 'src/b.ts', 'also kept'),
    ].join('');
    const left = withoutSecrets(diff);
    expect(left).toContain('+kept');
    expect(left).toContain('+also kept');
    expect(left).not.toContain('TOKEN');
  });

  test('a diff loses a secret file that is in conflict, and keeps another one that is', () => {
    const conflict = (name: string, text: string) =>
      `diff --cc ${name}\nindex 1,2..0\n--- a/${name}\n+++ b/${name}\n@@@ -1,1 -1,1 +1,2 @@@\n++${text}\n`;
    const plain = 'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n+kept\n';
    const left = withoutSecrets(plain + conflict('.env', 'TOKEN=1') + conflict('src/b.ts', 'also kept'));
    expect(left).toContain('+kept');
    expect(left).toContain('++also kept');
    expect(left).not.toContain('TOKEN');
  });
});
