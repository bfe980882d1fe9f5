/**
 * What must be looked at and changed in one go runs in the server. Every change carries an id of its own: a
 * command that is sent again because its answer was lost finds that id, and gives the same answer. All keys of a script
 * are declared and belong to one task, so that a cluster has them on one node.
 */

/**
 * KEYS: events, lease, summary. ARGV: expected version, fence or '', write id, summary or '', then time, event … An entry
 * is one field, `<write id> <time>`, with the event: reading a log is mostly taking answers apart.
 */
export const APPEND = `
local events, lease, summary = KEYS[1], KEYS[2], KEYS[3]
local expected, fence, write = tonumber(ARGV[1]), ARGV[2], ARGV[3]

local function id(version) return string.format('%.0f-0', version) end

local mine = redis.call('XRANGE', events, id(expected + 1), id(expected + 1))[1]
if mine and string.sub(mine[2][1], 1, #write + 1) == write .. ' ' then return 'appended' end

local epoch = tonumber(redis.call('HGET', lease, 'epoch') or '0')
if fence ~= '' and epoch > tonumber(fence) then return 'fenced' end

local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)[1]
local version = last and tonumber(string.match(last[1], '^%d+')) or 0
if version ~= expected then return 'conflict' end

for i = 5, #ARGV, 2 do
  redis.call('XADD', events, id(expected + (i - 3) / 2), write .. ' ' .. ARGV[i], ARGV[i + 1])
end
if ARGV[4] ~= '' then redis.call('SET', summary, ARGV[4]) end
return 'appended'
`

/** KEYS: lease. ARGV: expected epoch, write id, epoch, owner, expiry. */
export const SWAP_LEASE = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'write')
if held[2] == ARGV[2] then return 1 end
if (held[1] or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'write', ARGV[2], 'epoch', ARGV[3], 'owner', ARGV[4], 'expires_at', ARGV[5])
return 1
`

/** KEYS: lease. ARGV: epoch, write id, expiry. A released lease (0) is nobody's: a late heartbeat does not revive it. */
export const RENEW_LEASE = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'write', 'expires_at')
if held[2] == ARGV[2] then return 1 end
if held[1] ~= ARGV[1] or held[3] == '0' then return 0 end
redis.call('HSET', KEYS[1], 'write', ARGV[2], 'expires_at', ARGV[3])
return 1
`

/**
 * KEYS: events, lease, summary. Names the commands that the user may not run: inside a script the refusal does not say
 * which, and what stood before it is done already. Servers before Redis 7 cannot be asked.
 */
export const MISSING_COMMANDS = `
if not redis.acl_check_cmd then return {} end
local missing = {}
local function need(command, ...)
  if not redis.acl_check_cmd(command, ...) then table.insert(missing, command) end
end
need('XRANGE', KEYS[1], '-', '+')
need('XREVRANGE', KEYS[1], '+', '-')
need('XLEN', KEYS[1])
need('XADD', KEYS[1], '1-0', 'a', 'b')
need('HGET', KEYS[2], 'epoch')
need('HMGET', KEYS[2], 'epoch')
need('HSET', KEYS[2], 'epoch', '1')
need('SET', KEYS[3], '')
need('GET', KEYS[3])
need('ZADD', KEYS[3], '1', 'a')
need('ZREVRANGE', KEYS[3], '0', '-1')
return missing
`
