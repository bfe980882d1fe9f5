import {normalise} from './interpreter.ts'

/** Modules whose distribution has another name. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  Crypto: ['pycryptodome', 'pycrypto'],
  Levenshtein: ['levenshtein', 'python-levenshtein'],
  MySQLdb: ['mysqlclient'],
  OpenSSL: ['pyopenssl'],
  PIL: ['pillow'],
  attr: ['attrs'],
  bs4: ['beautifulsoup4'],
  cv2: ['opencv-python', 'opencv-python-headless', 'opencv-contrib-python'],
  dateutil: ['python-dateutil'],
  docx: ['python-docx'],
  dotenv: ['python-dotenv'],
  faiss: ['faiss-cpu', 'faiss-gpu'],
  fitz: ['pymupdf'],
  gi: ['pygobject'],
  git: ['gitpython'],
  google: ['protobuf', 'googleapis-common-protos', 'google-api-python-client', 'google-auth', 'google-genai'],
  grpc: ['grpcio'],
  grpc_health: ['grpcio-health-checking'],
  grpc_reflection: ['grpcio-reflection'],
  grpc_status: ['grpcio-status'],
  grpc_tools: ['grpcio-tools'],
  jose: ['python-jose'],
  jwt: ['pyjwt'],
  kafka: ['kafka-python'],
  magic: ['python-magic'],
  markdown_it: ['markdown-it-py'],
  memcache: ['python-memcached'],
  multipart: ['python-multipart'],
  mypy_boto3: ['boto3-stubs'],
  pkg_resources: ['setuptools'],
  pptx: ['python-pptx'],
  psycopg: ['psycopg', 'psycopg-binary'],
  psycopg2: ['psycopg2-binary', 'psycopg2'],
  pwiz: ['peewee'],
  serial: ['pyserial'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn'],
  slugify: ['python-slugify'],
  socks: ['pysocks'],
  starlette: ['starlette', 'fastapi'],
  telegram: ['python-telegram-bot'],
  usb: ['pyusb'],
  win32api: ['pywin32'],
  win32con: ['pywin32'],
  wx: ['wxpython'],
  yaml: ['pyyaml'],
  zmq: ['pyzmq'],
}

/** What to install for a module, most likely first. */
export function distributionsOf(module: string): readonly string[] {
  return OTHER_NAMES[module] ?? [normalise(module)]
}

/** Modules that a distribution may bring, as far as their names tell. */
export function modulesOf(distribution: string): readonly string[] {
  const name = normalise(distribution)
  const others = Object.entries(OTHER_NAMES).filter(([, names]) => names.includes(name))
  return [
    name.replaceAll('-', '_'),
    name.replace(/^python-|-python$|^py(?=\w{3})/, '').replaceAll('-', '_'),
    ...others.map(([module]) => module),
  ]
}

/** If a declared distribution may be the one that brings the module, when no interpreter can tell. */
export function mayBring(module: string, distribution: string): boolean {
  const plain = (name: string) => normalise(name).replaceAll('-', '')
  return distributionsOf(module).includes(distribution) || plain(distribution).includes(plain(module))
}
