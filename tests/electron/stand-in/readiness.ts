/** True if Electron is ready: some things can be done only before, others only afterwards. */
export const readiness = {
  isReady: false,

  only(moment: 'before' | 'after', what: string): void {
    if (readiness.isReady !== (moment === 'after'))
      throw new Error(`${what} can be used only ${moment} the app is ready.`)
  },
}
