/** Into the clipboard; false where the browser does not allow it, as over plain http on the network. */
export const copied = async (text: string): Promise<boolean> => (await navigator.clipboard?.writeText(text).then(() => true, () => false)) ?? false
