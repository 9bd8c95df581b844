const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Kinds of word that alone do not say what is wanted. A word of none of them counts as specific. */
export type WordKind = 'making' | 'changing' | 'topic' | 'aspect' | 'tool' | 'degree' | 'pointer' | 'small';

/** Verbs that make something new; with the same in German, French and Spanish. */
const MAKING = set(`
  build create make write add implement develop generate setup set set-up configure install deploy publish release launch
  start begin init initialize scaffold bootstrap code program design model integrate connect host run need want give do
  send upload download save load store fetch import export show display render print handle manage process parse
  baue bau erstelle erstell mach mache schreib schreibe entwickle programmiere füge brauche
  crée créer fais écris ajoute crea crear haz escribe añade construye necesito
`);

/** Verbs that change or look at what is there. */
const CHANGING = set(`
  fix repair solve debug improve enhance optimize optimise refactor clean cleanup clean-up rewrite redo rework update upgrade
  change edit modify adjust adapt simplify shorten extend convert migrate port translate rename move remove delete
  explain describe document comment review check analyze analyse inspect test tests testing cover verify validate format
  lint finish complete continue help summarize summarise speed
  repariere behebe korrigiere verbessere optimiere ändere erkläre prüfe hilf corrige répare améliore explique aide
  arregla corrige mejora explica ayuda
`);

/** Things that can be made in many ways. */
const TOPIC = set(`
  api apis app apps application applications website websites site webapp web page pages homepage landing login logout signup
  registration register auth authentication authorization authorisation oauth sso account accounts profile user users
  customer customers admin management database databases db server servers backend frontend back-end front-end fullstack
  client clients service services microservice microservices dashboard panel portal form forms button buttons component
  components widget modal menu navbar sidebar feature features functionality project projects module modules package library
  plugin extension tool tools cli script scripts program programs bot chatbot assistant agent scraper crawler scraping game
  games simulation prototype demo template boilerplate model models data dataset pipeline pipelines etl search searching
  cache caching queue queues worker job jobs cron scheduler notification notifications email emails mail sms push webhook
  webhooks upload uploads uploading file files image images photo video audio media chat messaging message messages comment
  payment payments checkout cart shop store ecommerce e-commerce order orders invoice invoices billing subscription
  subscriptions session sessions role roles permission permissions token tokens ci cd ci/cd deployment deployments hosting
  cloud infrastructure devops graph graphs chart charts plot visualization visualisation report reports reporting analytics
  statistics export import parser converter calculator editor player viewer tracker inventory crm cms blog wiki forum
  marketplace booking calendar timer todo migration migrations schema table tables query queries endpoint endpoints route
  routes router middleware function functions class classes method methods code codebase algorithm system platform software
  framework architecture structure setup environment ui ux interface screen view views map maps location ai ml
  anwendung seite webseite datenbank benutzer anmeldung fonction página aplicación
`);

/** Sides of code that is there. */
const ASPECT = set(`
  test tests testing unit integration e2e coverage doc docs documentation readme comments types typing logging logs log
  monitoring metrics tracing alerts alerting error errors exception exceptions bug bugs issue issues problem problems
  warning warnings failure performance speed memory security safety validation input inputs output handling style styling
  styles design layout theme color colors colour colours font fonts responsive accessibility i18n translations config
  configuration settings options quality readability naming names variable variables dependencies dependency version
  versions backup rate-limiting pagination fehler
`);

/** Languages, frameworks and platforms: how, but not what. */
const TOOL = set(`
  python javascript typescript js ts java kotlin swift go golang rust c c++ cpp c# csharp ruby php scala elixir haskell perl
  lua dart r bash shell powershell sql html css node nodejs node.js deno bun react vue angular svelte next nextjs next.js
  django flask fastapi rails laravel spring express nestjs flutter electron docker podman kubernetes k8s helm terraform
  ansible aws azure gcp vercel netlify heroku nginx apache postgres postgresql mysql sqlite mongodb redis kafka rabbitmq
  graphql grpc rest websocket websockets git github gitlab jenkins linux windows macos android ios tailwind bootstrap
`);

/** How much, how well, again. */
const DEGREE = set(`
  better faster cleaner shorter longer simpler nicer smaller bigger prettier easier good nice simple basic small quick fast
  new more less again please properly correctly well much very too just really little bit some first next proper
  modern professional awesome cool bitte schneller besser einfach plus vite mejor rápido
`);

/** Words that point at something said or shown elsewhere. */
const POINTER = set(
  'it this that these those them they its thing things stuff something anything everything here there same above below es das dies',
);

/** Words that carry no meaning of their own. */
const SMALL = set(`
  a an the my our your their me us i i'd i'll we you to for of in on at by with without from into and or but so then now also
  let lets let's can could would should please be is are was has have get gets got going like up out off via using use
  all any one no not doesn't don't isn't won't fail fails failed failing broken work works working again about over
  instead ok hi hey eine ein einen der die den dem mein meine mir für mit und zu un une le la les mon ma pour avec el los
  mi para con y
`);

const KINDS: readonly (readonly [WordKind, ReadonlySet<string>])[] = [
  ['pointer', POINTER],
  ['aspect', ASPECT],
  ['topic', TOPIC],
  ['changing', CHANGING],
  ['making', MAKING],
  ['tool', TOOL],
  ['degree', DEGREE],
  ['small', SMALL],
];

/** Verbs that are nouns too count as what to do where they come first. */
const FIRST: readonly (readonly [WordKind, ReadonlySet<string>])[] = [
  ['changing', CHANGING],
  ['making', MAKING],
];

/** The kind of a word in small letters; undefined for one that says something specific. */
export function wordKind(word: string, first: boolean): WordKind | undefined {
  for (const [kind, words] of first ? [...FIRST, ...KINDS] : KINDS) if (words.has(word)) return kind;
  return undefined;
}
