import { mount } from 'svelte'
import App from './App.svelte'
import './styles/tokens.css'
import './styles/base.css'

const target = document.getElementById('app')
if (target === null) throw new Error('The page has no element "app".')
// Until now it holds the static first view of the window.
target.replaceChildren()
mount(App, { target })
