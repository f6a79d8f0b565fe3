-- Requests of one kind with a key; pauses where PAUSE_MS is given; one line of JSON at the end.
local key, asked = os.getenv("BENCH_KEY"), os.getenv("BENCH_KIND")
local kinds = { "list", "list", "session", "customer" }
local products, customers = tonumber(os.getenv("BENCH_PRODUCTS")), tonumber(os.getenv("BENCH_CUSTOMERS"))
local pause = tonumber(os.getenv("BENCH_PAUSE_MS") or "0")
local headers = { ["Authorization"] = "Api-Key " .. key, ["Content-Type"] = "application/json" }
local everybody = { "popular", "trending", "new" }
local api = "/api/v1/recommendations/"

local function sku() return string.format("P%06d", math.random(0, products - 1)) end

function request()
  local kind = asked == "mixed" and kinds[math.random(#kinds)] or asked
  if kind == "empty" then return wrk.format("GET", "/empty", headers) end
  if kind == "customer" then
    return wrk.format("GET", api .. "users/C" .. math.random(0, customers - 1), headers)
  end
  if kind == "session" then
    local seen = {}
    for place = 1, 5 do seen[place] = '"' .. sku() .. '"' end
    return wrk.format("POST", api .. "session", headers, '{"skus":[' .. table.concat(seen, ",") .. ']}')
  end
  if math.random() < 0.3 then return wrk.format("GET", api .. everybody[math.random(3)], headers) end
  -- The 200 products most looked at; a storefront's views are no less skewed.
  return wrk.format("GET", api .. string.format("items/P%06d", math.random(0, 199)), headers)
end

if pause > 0 then
  function delay() return pause * (0.5 + math.random()) end
end

function done(summary, latency)
  local bad = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
