export { copySales } from '../../../examples/quick-start/src/copy-sales.js'
