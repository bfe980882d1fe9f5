import {access} from 'node:fs/promises'
import path from 'node:path'

/** Whether somebody logged in with an account of Google. @param folder the person's `.gemini` */
export function hasAccount(folder: string): Promise<boolean> {
  return access(path.join(folder, 'oauth_creds.json')).then(
    () => true,
    () => false,
  )
}
