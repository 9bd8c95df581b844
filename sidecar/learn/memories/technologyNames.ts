/** Languages, frameworks, libraries, tools and formats as their makers write them. */
const NAMES = `
TypeScript|JavaScript|Python|Java|Kotlin|Scala|Clojure|Groovy|C++|C#|F#|Objective-C|Visual Basic|VB.NET|PHP|Perl|Lua|Haskell|OCaml|Erlang|Elixir|Fortran|COBOL|Ada|Lisp|Common Lisp|Scheme|Racket|Prolog|MATLAB|Octave|Solidity|Vyper|WebAssembly|WASM|Assembly|PowerShell|CoffeeScript|ReScript|PureScript|SQL|PL/SQL|T-SQL|GraphQL|HTML|CSS|HTML5|CSS3|XML|JSON|YAML|TOML|Markdown|LaTeX|Protobuf|Protocol Buffers|gRPC|tRPC|REST|OpenAPI|Swagger|JSON Schema|JSON-RPC|WebSocket|WebSockets|WebRTC|OAuth|OAuth2|OpenID Connect|JWT|SAML|MQTT|AMQP|HTTP/2|HTTP/3|CUDA|OpenCL|OpenGL|Vulkan|WebGL|WebGPU|GLSL|VHDL|Verilog|SystemVerilog|Zig|Nim|Golang|Rust|ABAP|Apex|AWK|Sed|Zsh|Tcl|Smalltalk|Hack|Haxe|GDScript|
Node.js|Node|Deno|Bun|npm|npx|pnpm|Yarn|Vite|Vitest|Webpack|Rollup|esbuild|Parcel|Turbopack|Turborepo|Nx|Lerna|Babel|SWC|ESLint|Prettier|Biome|TSLint|Stylelint|Jest|Mocha|Chai|Sinon|Jasmine|Karma|Cypress|Playwright|Puppeteer|Selenium|Testing Library|React Testing Library|Storybook|MSW|Nodemon|PM2|tsx|ts-node|tsc|Zod|Yup|Joi|Ajv|io-ts|Valibot|TypeBox|
React|React.js|React Native|React Query|React Router|TanStack Query|Next.js|Remix|Gatsby|Preact|Vue|Vue.js|Nuxt|Nuxt.js|Pinia|Vuex|Angular|AngularJS|Svelte|SvelteKit|SolidJS|Qwik|Astro|Lit|Ember.js|Backbone.js|Alpine.js|HTMX|jQuery|Redux|Redux Toolkit|MobX|Zustand|Recoil|Jotai|XState|RxJS|Lodash|Ramda|Underscore.js|Moment.js|Day.js|date-fns|Luxon|Axios|Immer|Immutable.js|D3|D3.js|Chart.js|Three.js|Babylon.js|PixiJS|Phaser|Leaflet|Mapbox|Tailwind|Tailwind CSS|TailwindCSS|Bootstrap|Material UI|MUI|Chakra UI|Ant Design|shadcn/ui|Radix UI|Bulma|Sass|SCSS|PostCSS|styled-components|Emotion|Framer Motion|Electron|Tauri|Ionic|Capacitor|Cordova|Expo|NativeScript|Socket.IO|Express.js|Fastify|Koa|Hapi|NestJS|AdonisJS|Hono|Strapi|Sails.js|Meteor.js|FeathersJS|LoopBack|Prisma|TypeORM|Sequelize|Drizzle|Drizzle ORM|Knex|Knex.js|Mongoose|MikroORM|BullMQ|Winston|Pino|Passport.js|Nodemailer|Commander.js|Yargs|Inquirer.js|
Django|Django REST Framework|DRF|Flask|FastAPI|Starlette|Pyramid|Tornado|Sanic|aiohttp|Bottle|CherryPy|Falcon|Litestar|Streamlit|Gradio|Dash|SQLAlchemy|Alembic|SQLModel|Pydantic|Marshmallow|attrs|Celery|RQ|Dramatiq|Gunicorn|Uvicorn|Hypercorn|httpx|urllib3|BeautifulSoup|Beautiful Soup|Scrapy|lxml|NumPy|Pandas|Polars|SciPy|Matplotlib|Seaborn|Plotly|Bokeh|Altair|scikit-learn|sklearn|XGBoost|LightGBM|CatBoost|TensorFlow|Keras|PyTorch|PyTorch Lightning|JAX|Flax|Hugging Face|Transformers|LangChain|LlamaIndex|spaCy|NLTK|Gensim|OpenCV|Pillow|Dask|Ray|PySpark|Airflow|Apache Airflow|Prefect|Dagster|dbt|MLflow|Jupyter|JupyterLab|IPython|pytest|unittest|nose2|tox|nox|Hypothesis|mypy|Pyright|Pylint|Flake8|Ruff|isort|Bandit|Poetry|Pipenv|pip|conda|Anaconda|uv|Hatch|PDM|setuptools|virtualenv|pyenv|asyncio|Trio|AnyIO|Typer|argparse|Loguru|structlog|Cython|Numba|PyPy|PyQt|PySide|Tkinter|Kivy|Pygame|Boto3|Psycopg2|Psycopg|asyncpg|
Spring Boot|Spring Framework|Spring MVC|Spring Security|Spring Cloud|Hibernate|JPA|JUnit|JUnit 5|TestNG|Mockito|AssertJ|Maven|Gradle|Ant|Lombok|MapStruct|Quarkus|Micronaut|Vert.x|Dropwizard|Jakarta EE|Java EE|JavaFX|Swing|Tomcat|Jetty|WildFly|Log4j|SLF4J|Logback|Guava|Jackson|Gson|Ktor|Jetpack Compose|Android|Android Studio|Akka|sbt|Play Framework|Cats Effect|ZIO|http4s|Ring|Leiningen|
.NET|.NET Core|ASP.NET|ASP.NET Core|Blazor|Entity Framework|EF Core|Dapper|LINQ|WPF|WinForms|Xamarin|MAUI|Unity|Unreal Engine|Unreal|Godot|NUnit|xUnit|MSTest|Moq|AutoMapper|MediatR|Serilog|NuGet|SignalR|Polly|
Laravel|Symfony|CodeIgniter|CakePHP|Yii|Slim|Lumen|WordPress|Drupal|Joomla|Magento|WooCommerce|Shopify|Composer|PHPUnit|Pest|Doctrine|Eloquent|Twig|Blade|Livewire|Inertia.js|Ruby|Ruby on Rails|Rails|Sinatra|RSpec|Minitest|Sidekiq|RuboCop|Bundler|ActiveRecord|Active Record|Hotwire|Stimulus|Jekyll|Hugo|Phoenix Framework|Ecto|LiveView|
Gin|Echo|Fiber|Chi|Gorilla|GORM|sqlc|sqlx|Cobra|Viper|Testify|Bubble Tea|Tokio|Actix|Actix Web|Axum|Rocket|Warp|Serde|Diesel|SeaORM|Clap|Rayon|Hyper|Reqwest|Tonic|Leptos|Yew|Dioxus|Bevy|Cargo|Rustup|Clippy|rustfmt|wgpu|egui|Qt|GTK|wxWidgets|Boost|STL|CMake|Meson|Ninja|Bazel|Conan|vcpkg|GCC|Clang|LLVM|GDB|LLDB|Valgrind|GoogleTest|Google Test|Catch2|SDL|SFML|Eigen|Arduino|ESP32|ESP-IDF|FreeRTOS|Zephyr|PlatformIO|STM32|Raspberry Pi|ROS|ROS 2|MicroPython|CircuitPython|SwiftUI|UIKit|Combine|Core Data|XCTest|Xcode|CocoaPods|Alamofire|Vapor|Flutter|Riverpod|
PostgreSQL|Postgres|MySQL|MariaDB|SQLite|SQL Server|MSSQL|Oracle|MongoDB|Redis|Valkey|Memcached|Cassandra|ScyllaDB|DynamoDB|CouchDB|CouchBase|Firebase|Firestore|Supabase|Neo4j|ArangoDB|InfluxDB|TimescaleDB|ClickHouse|DuckDB|Snowflake|BigQuery|Redshift|Databricks|Elasticsearch|OpenSearch|Solr|Meilisearch|Typesense|Algolia|Pinecone|Weaviate|Qdrant|Milvus|Chroma|ChromaDB|pgvector|FAISS|LevelDB|RocksDB|CockroachDB|PlanetScale|Neon|Turso|Flyway|Liquibase|Kafka|Apache Kafka|RabbitMQ|NATS|ActiveMQ|ZeroMQ|Pulsar|Kinesis|SQS|SNS|Spark|Apache Spark|Hadoop|Flink|Apache Beam|Hive|Presto|Trino|Parquet|Avro|Arrow|Iceberg|Delta Lake|
Docker|Docker Compose|Dockerfile|Podman|containerd|Kubernetes|k8s|k3s|Minikube|Helm|Kustomize|Istio|Linkerd|Envoy|Traefik|NGINX|Apache|Caddy|HAProxy|Terraform|OpenTofu|Pulumi|Ansible|Chef|Puppet|SaltStack|Vagrant|Packer|Nomad|Consul|Vault|CloudFormation|AWS CDK|Serverless Framework|AWS|AWS Lambda|Lambda|EC2|ECS|EKS|S3|Fargate|CloudFront|API Gateway|Azure|Azure Functions|Azure DevOps|GCP|Google Cloud|Google Cloud Run|Cloud Run|Cloud Functions|App Engine|GKE|Cloudflare|Cloudflare Workers|Vercel|Netlify|Heroku|Railway|Fly.io|DigitalOcean|Linode|Hetzner|OpenStack|VMware|Proxmox|GitHub|GitHub Actions|GitLab|GitLab CI|Bitbucket|Jenkins|CircleCI|Travis CI|TeamCity|ArgoCD|Argo CD|Flux|Tekton|Drone|Buildkite|Renovate|Dependabot|SonarQube|Snyk|Trivy|Prometheus|Grafana|Loki|Jaeger|Zipkin|OpenTelemetry|Datadog|New Relic|Sentry|Splunk|Kibana|Logstash|Fluentd|ELK|Nagios|PagerDuty|systemd|Linux|Ubuntu|Debian|Fedora|Arch Linux|Alpine|Alpine Linux|CentOS|Red Hat|NixOS|Nix|macOS|Windows|WSL|Git|Mercurial|SVN|Subversion|Vim|Neovim|Emacs|VS Code|Visual Studio|Visual Studio Code|IntelliJ|IntelliJ IDEA|PyCharm|WebStorm|Eclipse|tmux|Homebrew|Postman|Insomnia|curl|jq|ffmpeg|ImageMagick|Stripe|Twilio|SendGrid|Auth0|Okta|Keycloak|Clerk|NextAuth|Ollama|llama.cpp|vLLM|OpenAI|Anthropic|Claude|Mistral|Llama|Whisper|Stable Diffusion|Obsidian|Notion|Slack|Discord|Discord.js|Telegram|Jira|Figma|Unix|Bash|
ProGuard|Retrofit|OkHttp|Dagger|Hilt|Koin|Coil|Glide|Picasso|Exposed|Spek|Kotest|Crystal|Julia|Elm|V8|QuickJS|GraalVM|OpenJDK|JVM|CLR|Mono|Haskell Stack|Cabal|GHC|Agda|Coq|Lean|Idris|TLA+|Z3|Alloy|Isabelle|OCamlFormat|Dune|ReasonML|Gleam|Roc|Mojo|Carbon|Odin|Dafny
`;

/** Also everyday words: in small letters they count only where nothing follows that they could belong to. */
const AMBIGUOUS = `Go|C|R|D|V|Swift|Dart|Express|Spring|Make|Less|Requests|Click|Rich|Black|Basic|Pascal|Scratch|Next|Meteor|Phoenix|Solid|Shell|Access|Excel|Storm|Beam|Pig|Render|Fly|Salt|Gulp|Grunt|Ember|Stack|Fish|Ink|Luigi|Buck|Pants|Please|Cats|Play|Ring|Rocket|Warp|Clap|Cobra|Viper|Echo|Fiber|Gin|Chi|Combine|Swing|Guava|Unity|Flux|Drone|Arrow|Iceberg|Spark|Hive|Ray|Dash|Bottle|Pyramid|Falcon|Tornado|Poetry|Ant|Slim|Blade|Composer|Pest|Boost|Eigen|Vapor|Notion|Slack|Discord|Obsidian|Alpine|Vault|Chef|Puppet|Lambda|Apache|Oracle|Chroma|Neon|Windows|Insomnia|Eclipse|Clerk|Whisper|Llama|Lean|Dune|Alloy|Carbon|Odin|Mono|Coil|Glide|Dagger|Hilt|Exposed|Emotion|Transformers|Trio|Hatch|Hypothesis|Bandit|Recoil|Remix|Karma|Jasmine|Parcel|Immer|Stripe|Consul|Nomad|Packer|Envoy|Caddy|Prefect|Presto|Helm|Sentry|Snowflake|Bundler|Doctrine|Eloquent|Twig|Diesel|Tonic|Rayon|Hyper|Ninja|Meson|REST|Apex|Hack|Ada|Scheme|Lit|Assembly|Node|Ruby|Crystal|Elm|Julia|Mistral|Claude|Railway|Hugo|Stimulus|Hotwire|Koin|Picasso|Dapper|Polly|Mocha|Chai|Leaflet|Expo|Capacitor|Sed|Testify|Loki|Jaeger|Yew|Leptos|Moq|Hapi|Joi|Pino|Winston|Conan|Zephyr|Roc|Mojo`;

/** Ways to write code that people name as they name a tool; only after "prefer" and "like". */
const STYLES = `tabs|spaces|single quotes|double quotes|semicolons|trailing commas|camelCase|snake_case|PascalCase|kebab-case|type hints|type annotations|docstrings|early returns|guard clauses|async/await|promises|callbacks|functional programming|functional style|object-oriented programming|OOP|TDD|BDD|composition|inheritance|arrow functions|list comprehensions|dataclasses|immutability|immutable data|pure functions|dependency injection|strict mode|monorepo|microservices|monolith|server-side rendering|static typing|dynamic typing|named exports|default exports|interfaces|classes|functions|hooks|comments|one-liners|code first|dark mode|unit tests|integration tests|end-to-end tests`;

/** Normalised names of which only one can hold at a time. */
export const ALTERNATIVES: readonly (readonly string[])[] = [
  ['tabs', 'spaces'],
  ['single quotes', 'double quotes'],
  ['camelcase', 'snake_case', 'kebab-case'],
  ['npm', 'pnpm', 'yarn', 'bun'],
  ['static typing', 'dynamic typing'],
  ['named exports', 'default exports'],
  ['composition', 'inheritance'],
  ['monolith', 'microservices'],
  ['functional programming', 'object-oriented programming', 'oop'],
  ['poetry', 'pipenv', 'uv', 'pip', 'conda', 'pdm'],
  ['maven', 'gradle'],
];

export interface NamedThing {
  readonly name: string;
  readonly kind: 'technology' | 'ambiguous' | 'style';
}

const entries = (list: string, kind: NamedThing['kind']): [string, NamedThing][] =>
  list
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => [name.toLowerCase(), { name, kind }]);

const ALSO_WORDS: ReadonlySet<string> = new Set(AMBIGUOUS.toLowerCase().split('|'));

/** By name in small letters. */
export const NAMED_THINGS: ReadonlyMap<string, NamedThing> = new Map([
  ...entries(STYLES, 'style'),
  ...entries(AMBIGUOUS, 'ambiguous'),
  ...entries(NAMES, 'technology').filter(([key]) => !ALSO_WORDS.has(key)),
]);
