/** What stands in a statement but its comments, texts and quoted names: for looks at it that need no grammar. */
export function withoutTexts(sql: string): string {
  return sql.replace(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\b[eE]'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)|"(?:""|[^"])*(?:"|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/g,
    (text) => (text.startsWith('"') ? 'name' : text.startsWith('-') || text.startsWith('/*') ? ' ' : "''"),
  )
}
