/** Folders of machines, not of the house: where somebody has cloned it or is at home. */
const places = [/(?<![\w.-])\/(?:home|Users|root|work|workspaces?)\/[\w.-]+/, /(?<![\w])[A-Z]:\\(?:Users|work)\\/]
const registries =
  /https?:\/\/[^\s"'`)]*(?:registry|npmjs|yarnpkg|artifactory|nexus|verdaccio|jfrog|codeartifact)[^\s"'`)]*/i

/** What in a file is of one machine or one network; `here` are the folders of this one. */
export function hygieneProblems(path: string, text: string, here: readonly string[]): readonly string[] {
  if (text.includes('\0')) return []
  const problems: string[] = []
  for (const [n, line] of text.split('\n').entries()) {
    const at = `${path}:${n + 1}`
    const place = places.map((pattern) => pattern.exec(line)?.[0]).find((found) => found !== undefined)
    if (place !== undefined) problems.push(`${at} names the folder ${place} of a machine`)
    else if (here.some((folder) => folder.length > 1 && line.includes(`${folder}/`)))
      problems.push(`${at} names a folder of this machine`)
    const registry = registries.exec(line)?.[0]
    if (registry !== undefined) problems.push(`${at} names the registry ${registry}`)
  }
  return path.endsWith('package-lock.json') ? [...problems, ...locked(path, text)] : problems
}

/** A lock file that names where packages came from binds every clone to that place. */
function locked(path: string, text: string): readonly string[] {
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { resolved?: string; link?: boolean }> }
  const bound = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && link !== true)
  return bound.length === 0
    ? []
    : [`${path}: ${bound.length} packages are bound to a registry, such as ${bound[0]![0]}`]
}
