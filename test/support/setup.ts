/** Runs before each file of tests. */
import { teachPhrases } from './phrases.ts'
import { teachSecrets } from './secrets.ts'

teachPhrases()
teachSecrets()
