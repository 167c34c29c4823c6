/** A picture that came in a message, as an address that an `<img>` can show. The one before is given back. */
export class PictureUrl {
  url = $state<string | null>(null)

  /** @param webpBase64 a WebP picture */
  show(webpBase64: string): void {
    const bytes = Uint8Array.from(atob(webpBase64), (letter) => letter.charCodeAt(0))
    const before = this.url
    this.url = URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }))
    if (before !== null) URL.revokeObjectURL(before)
  }

  clear(): void {
    if (this.url !== null) URL.revokeObjectURL(this.url)
    this.url = null
  }
}
