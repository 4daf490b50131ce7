// Names of panels by their codes. Asked for once; where they cannot be had, a page shows the codes alone.
import { shallowRef } from 'vue'
import { office } from './api/office'

const names = shallowRef<ReadonlyMap<string, string>>(new Map())
let isAsked = false

export function usePanelNames(): typeof names {
  if (!isAsked) {
    isAsked = true
    void office.lists().then(
      ({ panels }) => (names.value = new Map(panels.map(({ code, name }) => [code, name]))),
      () => (isAsked = false),
    )
  }
  return names
}
