// A tone for whoever looks at the samples and not at the screen: a low double one when a scan was not taken.
import { remember, remembered } from '@qlims/kit/memory.ts'
import { ref, watch } from 'vue'

export const soundOn = ref(remembered('sound') !== 'off')
watch(soundOn, (on) => remember('sound', on ? 'on' : 'off'))

let context: AudioContext | null = null

function tone(hertz: number, afterS: number, lengthS: number): void {
  if (!context) return
  const source = context.createOscillator()
  const volume = context.createGain()
  volume.gain.value = 0.08
  source.frequency.value = hertz
  source.connect(volume).connect(context.destination)
  source.start(context.currentTime + afterS)
  source.stop(context.currentTime + afterS + lengthS)
}

/** A bench without loudspeakers loses nothing: the message is on the screen as well. */
export function sound(taken: boolean): void {
  if (!soundOn.value) return
  try {
    context ??= new AudioContext()
  } catch {
    return
  }
  if (taken) return tone(1_320, 0, 0.06)
  tone(330, 0, 0.14)
  tone(262, 0.18, 0.2)
}
