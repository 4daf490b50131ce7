// Small questions: a reason that goes into the record, or nothing.
import { ElMessageBox } from 'element-plus'
import { words } from './words.ts'

/** What the person wrote; null when they thought better of it. */
export async function askReason(title: string, hint = ''): Promise<string | null> {
  const w = words.value
  try {
    const answer = await ElMessageBox.prompt(hint || w.common.reasonNeeded, title, {
      inputType: 'textarea',
      inputValidator: (text: string) => (text && text.trim() ? true : w.common.reasonNeeded),
      confirmButtonText: title,
      cancelButtonText: w.common.cancel,
      closeOnClickModal: false,
    })
    return (answer as { value: string }).value.trim()
  } catch {
    return null
  }
}
