// Small questions: a reason that goes into the record, or nothing; whether something may be lost.
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

/** Whether to go on; `yes` and `no` stand on the buttons. */
export async function askSure(title: string, text: string, yes: string, no: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, { confirmButtonText: yes, cancelButtonText: no, type: 'warning', closeOnClickModal: false })
    return true
  } catch {
    return false
  }
}
