/**
 * What must be looked at and changed in one go runs in the server. Every change carries an id of its own: a
 * command that is sent again because its answer was lost finds that id, and gives the same answer.
 */

/**
 * KEYS: events, lease, and for the first event of a task: summaries, tasks, tasks of its repository.
 * ARGV: expected version, fence or '', write id, time, task id, milliseconds, summary, event …
 */
export const APPEND = `
local events, lease, summaries = KEYS[1], KEYS[2], KEYS[3]
local expected, fence, write, at = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]

local function id(version) return string.format('%.0f-0', version) end

local mine = redis.call('XRANGE', events, id(expected + 1), id(expected + 1))[1]
if mine and mine[2][2] == write then return 'appended' end

local epoch = tonumber(redis.call('HGET', lease, 'epoch') or '0')
if fence ~= '' and epoch > tonumber(fence) then return 'fenced' end

local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)[1]
local version = last and tonumber(string.match(last[1], '^%d+')) or 0
if version ~= expected then return 'conflict' end

for i = 8, #ARGV do
  redis.call('XADD', events, id(expected + i - 7), 'write', write, 'at', at, 'data', ARGV[i])
end
if summaries then
  redis.call('HSET', summaries, ARGV[5], ARGV[7])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[5])
  redis.call('ZADD', KEYS[5], ARGV[6], ARGV[5])
end
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
