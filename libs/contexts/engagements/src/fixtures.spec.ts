import { goldenFixtures } from '@rapport/testing'
import context from './index.ts'

goldenFixtures(context, import.meta.dirname)
