/** GitHub: rulesets as `doctor` reads and writes them. */
import { type Call, created, empty, ok } from '../http/call.js'
import { pageOf } from '../http/paging.js'
import type { Routes } from '../http/router.js'
import { Refusal } from '../site/refusal.js'
import { may } from '../site/roles.js'
import { fullName, type Repository, type Rule } from '../site/state.js'
import { bypassOf, rulesFor } from './ruleset.js'

function find(call: Call, repo: Repository): Rule {
  const found = repo.rulesets.get(Number(call.param('ruleset')))
  if (found === undefined) throw new Refusal(404, 'Not Found')
  return found
}

/** Whom it does not hold is told to its editors only; a list tells neither rules nor conditions. */
function told(call: Call, repo: Repository, ruleset: Rule, form: 'list' | 'single'): Rule {
  const viewer = call.caller?.user ?? null
  const { bypass_actors: actors, rules, conditions, ...plain } = ruleset
  if (form === 'list') return plain
  const bypass = bypassOf(call.site, repo, ruleset, viewer)
  const seen = { ...plain, rules, conditions, current_user_can_bypass: bypass }
  return may(call.site, repo, viewer, 'admin') ? { ...seen, bypass_actors: actors } : seen
}

function make(call: Call) {
  const repo = call.repo('admin')
  const id = call.site.nextId()
  const at = new Date(call.site.now()).toISOString()
  const fixed = {
    id,
    target: 'branch',
    source_type: 'Repository',
    source: fullName(repo),
    node_id: `RRS_${id}`,
    created_at: at,
    updated_at: at,
  }
  const ruleset: Rule = {
    bypass_actors: [],
    rules: [],
    conditions: { ref_name: { include: [], exclude: [] } },
    ...call.body,
    ...fixed,
  }
  call.requiredText('name')
  call.requiredText('enforcement')
  repo.rulesets.set(id, ruleset)
  return created(told(call, repo, ruleset, 'single'))
}

function change(call: Call) {
  const repo = call.repo('admin')
  const ruleset = find(call, repo)
  for (const key of ['name', 'enforcement', 'bypass_actors', 'conditions', 'rules'])
    if (call.body[key] !== undefined) ruleset[key] = call.body[key]
  ruleset['updated_at'] = new Date(call.site.now()).toISOString()
  return ok(told(call, repo, ruleset, 'single'))
}

function rulesOfBranch(call: Call) {
  const repo = call.repo()
  return ok(
    rulesFor(repo, call.param('branch')).map(({ type, parameters, ruleset }) => ({
      type,
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      ruleset_source_type: 'Repository',
      ruleset_source: fullName(repo),
      ruleset_id: ruleset['id'],
    })),
  )
}

export const rulesetRoutes: Routes = {
  'GET /repos/:owner/:repo/rulesets': (call) => {
    const repo = call.repo()
    return ok(pageOf(call, [...repo.rulesets.values()]).items.map((each) => told(call, repo, each, 'list')))
  },
  'POST /repos/:owner/:repo/rulesets': make,
  'GET /repos/:owner/:repo/rulesets/:ruleset': (call) => ok(told(call, call.repo(), find(call, call.repo()), 'single')),
  'PUT /repos/:owner/:repo/rulesets/:ruleset': change,
  'DELETE /repos/:owner/:repo/rulesets/:ruleset': (call) => {
    find(call, call.repo('admin'))
    call.repo().rulesets.delete(Number(call.param('ruleset')))
    return empty()
  },
  'GET /repos/:owner/:repo/rules/branches/*branch': rulesOfBranch,
}
