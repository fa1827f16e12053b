-- 3000000 operations
local t = {}
for i = 1, 3000000 do
	local k = "key-" .. i % 100
	t[k] = (t[k] or 0) + 1
end
print(t["key-7"])
