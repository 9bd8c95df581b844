import * as z from 'zod';

// The page's policy forbids `new Function`, which zod tries when the first schema is made. This file is therefore
// imported before any file that makes one; imports are evaluated in the order in which they are written.
z.config({ jitless: true });
