/** `GET /session` of the browser studio: 204 where the browser is signed in, 403 where it is not. */
export const sessionPath = '/session'
